import pg from "pg"
import { postgresUrl } from "./postgres-at-hand.ts"

/** A schema that belongs to one test, in the PostgreSQL server to test with. */
export interface OwnSchema {
  /** A URL with this schema as its search path. */
  url: string
  drop(): Promise<void>
}

export async function ownSchema(): Promise<OwnSchema> {
  const name = `doorward_test_${crypto.randomUUID().replaceAll("-", "")}`
  const url = new URL(postgresUrl)
  url.searchParams.set("options", `-c search_path=${name}`)
  await run(`CREATE SCHEMA ${name}`)
  return { url: url.href, drop: () => run(`DROP SCHEMA ${name} CASCADE`) }
}

async function run(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}

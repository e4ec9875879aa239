import pg from "pg"
import { expect, it } from "vitest"
import { runReadmeSnippet } from "../../oauth-core/test/store/readme-snippet.ts"
import { postgresAtHand, postgresUrl } from "./postgres-at-hand.ts"

it.skipIf(!postgresAtHand)("the README's first snippet runs, and prints what it says", async () => {
  const schema = `doorward_test_${crypto.randomUUID().slice(0, 8)}`
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  await client.query(`CREATE SCHEMA ${schema}`)
  try {
    const url = new URL(postgresUrl)
    url.searchParams.set("options", `-c search_path=${schema}`)
    const folder = new URL("..", import.meta.url)
    expect(await runReadmeSnippet(folder, "postgres://localhost:5432/test", url.href)).toBe(
      "hello\n",
    )
    const { rows } = await client.query("SELECT to_regclass($1)::text AS found", [
      `${schema}.doorward_records`,
    ])
    expect(rows[0].found).toBe(`${schema}.doorward_records`)
  } finally {
    await client.query(`DROP SCHEMA ${schema} CASCADE`)
    await client.end()
  }
})

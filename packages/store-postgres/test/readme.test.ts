import { postgresAtHand, postgresUrl } from "@doorward/test-support/postgres-at-hand"
import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import pg from "pg"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)
const address = "postgres://localhost:5432/test"

it.skipIf(!postgresAtHand)("the README's first snippet runs and prints what it says", async () => {
  const schema = `doorward_test_${crypto.randomUUID().slice(0, 8)}`
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  await client.query(`CREATE SCHEMA ${schema}`)
  try {
    const url = new URL(postgresUrl)
    url.searchParams.set("options", `-c search_path=${schema}`)
    const snippet = readmeSnippet(packageFolder)
    expect(snippet).toContain(address)
    expect(await runSnippet(packageFolder, snippet.replace(address, url.href))).toBe("hello\n")
    const { rows } = await client.query("SELECT to_regclass($1)::text AS found", [
      `${schema}.doorward_records`,
    ])
    expect(rows[0].found).toBe(`${schema}.doorward_records`)
  } finally {
    await client.query(`DROP SCHEMA ${schema} CASCADE`)
    await client.end()
  }
})

import { PassThrough } from "node:stream"
import { text } from "node:stream/consumers"
import { stripVTControlCharacters } from "node:util"
import { describe, expect, test } from "vitest"
import { type TerminalReportOptions, terminalReport } from "../src/index.ts"
import { json } from "./support/example-server.ts"
import { run } from "./support/run.ts"

/** What a terminal of that width shows of a run. */
const shown = (width: number, ...args: Parameters<typeof run>) => report({ width }, ...args)

async function report(
  { width, brief }: TerminalReportOptions,
  ...[example, options]: Parameters<typeof run>
): Promise<string> {
  const stream = new PassThrough()
  const output = text(stream)
  const { onEvent, finish } = terminalReport(stream, { width, brief })
  finish((await run(example, { ...options, onEvent })).result)
  stream.end()
  return stripVTControlCharacters(await output)
}

describe("the report on a terminal", () => {
  test("numbers the steps and says how long each took", async () => {
    const headings = (await shown(120)).match(/^. {2,3}\d+ {2}.*$/gm)
    expect(headings).toHaveLength(13)
    expect(headings?.[0]).toMatch(/^✓ {3}1 {2}Call without a token {2}\d+ ms$/)
  })

  test.each([60, 80, 120])("keeps within %i columns", async (width) => {
    const longest = (await shown(width)).split("\n").filter((line) => line.startsWith("   "))
    expect(Math.max(...longest.map((line) => line.length))).toBeLessThanOrEqual(width)
  })

  test("shows what is sent in full where it matters: the authorization request", async () => {
    const flat = (await shown(100)).replace(/\n {8}/g, "")
    expect(flat).toMatch(
      /GET \S+\/authorize\?response_type=code\S+&resource=http:\/\/mcp\.localhost:8000\/mcp/,
    )
  })

  test("names what is broken, with level and source", async () => {
    const output = await shown(120, { metadata: { issuer: "https://evil.example" } })
    expect(output).toContain("✗   3  Authorization server metadata")
    expect(output.replace(/\s+/g, " ")).toContain(
      "✗ MUST: the metadata's issuer is the URL it was looked up by, character for character (RFC 8414 §3.3)",
    )
    expect(output).toMatch(/The flow failed for .*: 3 steps/)
  })

  test("marks what was skipped", async () => {
    const withoutRefresh = json((body) => {
      delete body.refresh_token
    })
    const output = await shown(120, { twists: { "POST /token": withoutRefresh } })
    expect(output).toContain("–  12  Refresh")
    expect(output).toContain("The flow passed for")
  })

  test("in brief has one line for a step that passed, and everything for one that failed", async () => {
    const lines = (await report({ width: 120, brief: true })).trim().split("\n")
    expect(lines).toHaveLength(14)
    for (const line of lines.slice(0, 13)) expect(line).toMatch(/^✓ +\d+ {2}.* ms$/)

    const metadata = { issuer: "https://evil.example" }
    const failed = await report({ width: 120, brief: true }, { metadata })
    expect(failed).toContain("✗   3  Authorization server metadata")
    expect(failed.match(/→ GET/g)).toHaveLength(1)
    expect(failed).toContain("✗ MUST: the metadata's issuer")
  })
})

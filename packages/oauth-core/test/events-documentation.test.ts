import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const source = join(import.meta.dirname, "../src")
const events = readFileSync(join(source, "ports/events.ts"), "utf8")
const documentation = readFileSync(join(import.meta.dirname, "../../../docs/events.md"), "utf8")

/** The members of a union of strings, or the `type`s of a union of objects. */
function membersOf(union: string): string[] {
  const [, text = ""] = events.split(`export type ${union} =`)
  const [body = ""] = text.split(/\n(?=export |\/\*\*\n)/)
  const member = union === "ServerEvent" ? /type: "([^"]+)"/g : /\| "([^"]+)"/g
  return [...body.matchAll(member)].map(([, name = ""]) => name).sort()
}

/** The entries of the first column of the table with this heading. */
function tableOf(firstColumn: string): string[] {
  const [, table = ""] = documentation.split(`| \`${firstColumn}\` |`)
  const [rows = ""] = table.split("\n\n")
  return [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name).sort()
}

describe("docs/events.md", () => {
  it.each([
    ["ServerEvent", "type", 14],
    ["GrantEndCause", "cause", 9],
    ["RefusalReason", "reason", 59],
  ])("lists exactly the members of %s", (union, column, atLeast) => {
    const members = membersOf(union)
    expect(members.length).toBeGreaterThanOrEqual(atLeast)
    expect(tableOf(column)).toEqual(members)
  })

  it("has a meaning and a fix in every row", () => {
    for (const row of documentation.split("\n").filter((line) => line.startsWith("| `"))) {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1)
      for (const cell of cells.slice(0, 2)) expect(cell.trim()).not.toBe("")
    }
  })
})

it("the server uses every reason and cause", () => {
  const files = globSync("**/*.ts", { cwd: source }).filter((file) => file !== "ports/events.ts")
  const code = files.map((file) => readFileSync(join(source, file), "utf8")).join("\n")
  const unused = [...membersOf("RefusalReason"), ...membersOf("GrantEndCause")].filter(
    (member) => !code.includes(`"${member}"`),
  )
  expect(unused).toEqual([])
})

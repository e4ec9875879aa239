import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { variableNames } from "../../src/configuration/variables.ts"

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8")

const variable = /\b(?:AZURE|MCP|DOORWARD|IDENTITY)_[A-Z_]+\b/g
const names = (text: string) => new Set([...text.matchAll(variable)].map(([name]) => name))

const known = new Set(variableNames)

describe("the settings", () => {
  test("that docs/entra.md names are settings", () => {
    const named = names(read("docs/entra.md"))
    expect(named.size).toBeGreaterThan(15)
    expect([...named].filter((name) => !known.has(name))).toEqual([])
  })

  test("are all in the README's table, except those that the platform sets", () => {
    const rows = read("README.md").match(/^\| `[A-Z_]+`.*$/gm) ?? []
    const listed = names(rows.join("\n"))
    const own = [...known].filter((name) => !name.startsWith("IDENTITY_"))
    expect([...listed].sort()).toEqual(own.sort())
  })
})

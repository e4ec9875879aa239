import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { aadsts } from "../src/aadsts/aadsts.ts"
import { emulatorOptionsSchema } from "../src/state/options.ts"
import { commandSchemas } from "../src/state/read-command.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const rows = readme
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))

describe("the README", () => {
  it("has every AADSTS code that the emulator knows, and no other", () => {
    const codes = rows.map(([, first = ""]) => first).filter((cell) => /^\d{5,}$/.test(cell))
    expect(codes.map(Number)).toEqual(
      Object.keys(aadsts)
        .map(Number)
        .sort((a, b) => a - b),
    )
  })

  it("names tests that exist, and how sure each row is", () => {
    const claims = rows.filter((cells) => cells.some((cell) => /^[DWI](, [DWI])*$/.test(cell)))
    expect(claims.length).toBeGreaterThan(100)
    for (const cells of claims) {
      for (const name of (cells.at(-2) ?? "").split(", ")) {
        const file = new URL(`${name}.test.ts`, import.meta.url)
        expect([name, existsSync(file)]).toEqual([name, true])
      }
    }
  })

  it("names a test that provokes the code", () => {
    for (const [, code = "", , , , tests = ""] of rows.filter(([, cell = ""]) =>
      /^\d{5,}$/.test(cell),
    )) {
      const sources = tests
        .split(", ")
        .map((name) => readFileSync(new URL(`${name}.test.ts`, import.meta.url), "utf8"))
      const named = sources.some((source) => new RegExp(`(?<!\\d)${code}(?!\\d)`).test(source))
      expect([code, named]).toEqual([code, true])
    }
  })

  it("has every option and every command", () => {
    for (const option of Object.keys(emulatorOptionsSchema.shape)) {
      expect(readme).toContain(`\`${option}\``)
    }
    for (const action of Object.keys(commandSchemas)) {
      expect(readme).toContain(`\`${action}\``)
    }
  })
})

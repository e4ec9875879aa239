import { readFileSync } from "node:fs"
import { expect, it } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

it("docs/entra.md explains exactly the AADSTS codes that have a meaning", () => {
  const source =
    read("../src/aadsts/operator-meanings.ts") + read("../src/aadsts/person-meanings.ts")
  const known = [...source.matchAll(/^ {2}(\d{5,7}):/gm)].map(([, code]) => code)
  expect(known.length).toBeGreaterThan(70)
  const firstCells = [...read("../../../docs/entra.md").matchAll(/^\| (\d[\d, ]+) \|/gm)]
  const explained = firstCells.flatMap(([, codes = ""]) => codes.split(", "))
  expect(explained.sort()).toEqual(known.sort())
})

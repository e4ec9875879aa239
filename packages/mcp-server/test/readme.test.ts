import { existsSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const source = (file: string) => readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8")

function section(title: string): string {
  const [, text = ""] = readme.split(`\n## ${title}\n`)
  return text.split("\n## ")[0] ?? ""
}

describe("the README", () => {
  test("names every option, and no other", () => {
    const named = [...section("Options").matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names = ""]) =>
      names.split(", ").map((name) => name.replaceAll("`", "")),
    )
    const members = [...source("options.ts").matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name)
    const ofFunctions = new Set(members)
    for (const other of ["authInfo", "parsedBody", "bodyText", "roles"]) ofFunctions.delete(other)
    expect(new Set(named)).toEqual(ofFunctions)
  })

  test("names every reason of a refusal", () => {
    const reasons = [
      ...source("refusals.ts").matchAll(/reason: .*?"(\w+)"/g),
      ...source("policy/refusals.ts").matchAll(/reason: .*?"(\w+)"/g),
      ...source("sdk1/refusals.ts").matchAll(/reason: .*?"(\w+)"/g),
      ...source("policy/refusals.ts").matchAll(/: "(\w+_\w+)",$/gm),
      ...source("policy/decide.ts").matchAll(/^ {2}\| "(\w+)"$/gm),
    ].map(([, reason]) => reason)
    expect(reasons.length).toBeGreaterThan(22)
    const table = section("What is refused, and how")
    for (const reason of reasons) expect(table).toContain(`\`${reason}\``)
  })

  test("says where a request goes, by files that exist", () => {
    const files = [...section("Where a request goes").matchAll(/`([\w/-]+\.ts)`/g)]
    expect(files.length).toBeGreaterThan(15)
    for (const [, file = ""] of files) {
      expect([file, existsSync(new URL(`../src/${file}`, import.meta.url))]).toEqual([file, true])
    }
  })
})

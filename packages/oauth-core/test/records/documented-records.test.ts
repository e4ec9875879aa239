import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

it("docs/storage.md lists exactly the kinds of record that exist", () => {
  const source = fileURLToPath(new URL("../../src/", import.meta.url))
  const kinds = globSync("{records,access-tokens}/*.ts", { cwd: source }).flatMap((file) =>
    [...readFileSync(source + file, "utf8").matchAll(/: RecordKind<.*> = \{\s*name: "(\w+)"/g)].map(
      ([, name]) => name,
    ),
  )
  const document = readFileSync(new URL("../../../../docs/storage.md", import.meta.url), "utf8")
  const [, table = ""] = /\n\| Kind \|.*\n\|[-|]+\n([\s\S]*?)\n\n/.exec(document) ?? []
  const documented = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(documented.sort()).toEqual(kinds.sort())
  expect(kinds.length).toBeGreaterThan(5)
})

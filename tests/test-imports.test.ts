import { globSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join, posix } from "node:path"
import { expect, test } from "vitest"
import { repository } from "./temporary-folder.ts"

const code = [
  "{packages,apps}/*/{src,test}/**/*.{ts,js}",
  "{tests,bench,conformance,scripts}/**/*.{ts,js}",
]

/** The package that a file belongs to, or the folder at the top. */
const ownerOf = (file: string) => /^(?:packages|apps)\/[^/]+|^[^/]+/.exec(file)?.[0] ?? ""

/** What a file names by a relative path that is in another package's `test/`. */
function foreignTests(file: string, text: string): string[] {
  const named = [...text.matchAll(/["'`](\.\.?\/[^"'`\s]*)["'`]/g)].map(([, path = ""]) =>
    posix.join(posix.dirname(file), path),
  )
  return named.filter((path) => {
    const owner = ownerOf(path)
    return owner !== ownerOf(file) && path.startsWith(`${owner}/test/`)
  })
}

test("nothing imports another package's test/ folder", async () => {
  const exclude = ["**/node_modules", "tests/test-imports.test.ts"]
  const files = globSync(code, { cwd: repository, exclude })
  expect(files.length).toBeGreaterThan(500)
  const found: Record<string, string[]> = {}
  for (const file of files) {
    const foreign = foreignTests(file, await readFile(join(repository, file), "utf8"))
    if (foreign.length > 0) found[file] = foreign
  }
  expect(found, "move what several packages' tests share to packages/test-support").toEqual({})
})

test.each([
  ["packages/a/test/x.test.ts", `import { y } from "../../b/test/y.ts"`, "packages/b/test/y.ts"],
  [
    "apps/a/test/z/x.ts",
    `await import('../../../../packages/b/test/y.ts')`,
    "packages/b/test/y.ts",
  ],
  ["tests/x.test.ts", "import '../packages/b/test/deep/y.ts'", "packages/b/test/deep/y.ts"],
  ["bench/x.ts", "new URL(`../apps/b/test/y.ts`, import.meta.url)", "apps/b/test/y.ts"],
])("%s: %s is noticed", (file, text, foreign) => {
  expect(foreignTests(file, text)).toEqual([foreign])
})

test.each([
  ["packages/a/test/x.test.ts", `import { y } from "./y.ts"; import { z } from "../src/z.ts"`],
  ["packages/a/test/deep/x.test.ts", `import { y } from "../y.ts"`],
  ["apps/a/test/x.test.ts", `import { y } from "../../../packages/b/src/test.ts"`],
])("%s: %s is in order", (file, text) => {
  expect(foreignTests(file, text)).toEqual([])
})

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import { runReadmeSnippet } from "../../oauth-core/test/store/readme-snippet.ts"

it("the README's first snippet runs, and prints what it says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doorward-sqlite-"))
  try {
    const file = join(folder, "doorward.db")
    const printed = await runReadmeSnippet(new URL("..", import.meta.url), "doorward.db", file)
    expect(printed).toBe("hello\n")
  } finally {
    rmSync(folder, { recursive: true })
  }
})

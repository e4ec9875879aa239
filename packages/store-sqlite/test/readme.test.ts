import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)

it("the README's first snippet runs and prints what it says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doorward-sqlite-"))
  try {
    const file = join(folder, "doorward.db")
    const snippet = readmeSnippet(packageFolder)
    expect(snippet).toContain("doorward.db")
    const printed = await runSnippet(packageFolder, snippet.replace("doorward.db", file))
    expect(printed).toBe("hello\n")
  } finally {
    rmSync(folder, { recursive: true })
  }
})

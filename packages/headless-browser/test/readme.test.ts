import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)

it("the README's first snippet runs, and prints what it says", async () => {
  expect(await runSnippet(packageFolder, readmeSnippet(packageFolder))).toBe("true 1\n")
})

import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)

it("the README's first snippet runs and prints what it says", async () => {
  const snippet = readmeSnippet(packageFolder)
  expect(snippet).toContain("jwtVerifier(")
  expect(await runSnippet(packageFolder, snippet)).toBe("401 malformed\n")
})

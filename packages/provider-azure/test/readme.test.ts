import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)

it("the README's first snippet runs", async () => {
  const snippet = readmeSnippet(packageFolder)
  expect(snippet).toContain("azureProvider(")
  const printed = await runSnippet(packageFolder, `${snippet}\nconsole.log(proxy.issuer)`)
  expect(printed).toBe("http://localhost:8000\n")
})

import { readmeSnippet, runSnippet } from "@doorward/test-support/readme-snippet"
import { expect, it } from "vitest"
import { redisAtHand, redisUrl } from "./redis-at-hand.ts"

const packageFolder = new URL("..", import.meta.url)
const address = "redis://localhost:6379"

it.skipIf(!redisAtHand)("the README's first snippet runs and prints what it says", async () => {
  const snippet = readmeSnippet(packageFolder)
  expect(snippet).toContain(address)
  expect(await runSnippet(packageFolder, snippet.replace(address, redisUrl))).toBe("hello\n")
})

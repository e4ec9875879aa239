import { expect, it } from "vitest"
import { runReadmeSnippet } from "../../oauth-core/test/store/readme-snippet.ts"
import { redisAtHand, redisUrl } from "./redis-at-hand.ts"

it.skipIf(!redisAtHand)("the README's first snippet runs, and prints what it says", async () => {
  const folder = new URL("..", import.meta.url)
  expect(await runReadmeSnippet(folder, "redis://localhost:6379", redisUrl)).toBe("hello\n")
})

import { redisStore } from "../src/index.ts"
import { redisUrl } from "./redis-at-hand.ts"

export function openStore(space: string, now: () => number, url = redisUrl) {
  return redisStore({ url, prefix: `doorward-test:${space}:`, timeout: 1_000, now })
}

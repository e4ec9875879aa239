import { redisStore } from "../src/index.ts"
import { redisUrl } from "./redis-at-hand.ts"

/** By default, the timeout is long enough for a race on a busy machine. */
export function openStore(
  space: string,
  now: () => number,
  {
    url = redisUrl,
    timeoutMilliseconds = 20_000,
  }: { url?: string; timeoutMilliseconds?: number } = {},
) {
  return redisStore({ url, prefix: `doorward-test:${space}:`, timeoutMilliseconds, now })
}

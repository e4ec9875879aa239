import { postgresUrl } from "@doorward/test-support/postgres-at-hand"
import { postgresStore } from "../src/index.ts"

/** The table of a space of the conformance suite. */
export function spaceTable(space: string): string {
  return `doorward_test_${space}`
}

/** By default, the timeout is long enough for a race on a busy machine. */
export function openStore(
  space: string,
  now: () => number,
  {
    url = postgresUrl,
    timeoutMilliseconds = 20_000,
  }: { url?: string; timeoutMilliseconds?: number } = {},
) {
  return postgresStore({ url, table: spaceTable(space), timeoutMilliseconds, now })
}

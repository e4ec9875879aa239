import { postgresStore } from "../src/index.ts"
import { postgresUrl } from "./postgres-at-hand.ts"

/** The table of a space of the conformance suite. */
export function spaceTable(space: string): string {
  return `doorward_test_${space}`
}

export function openStore(space: string, now: () => number, url = postgresUrl) {
  return postgresStore({ url, table: spaceTable(space), timeout: 1_000, now })
}

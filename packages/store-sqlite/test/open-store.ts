import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqliteStore } from "../src/index.ts"

/** The database file of a space of the conformance suite. */
export function spaceFile(space: string): string {
  return join(tmpdir(), `doorward-conformance-${space}.db`)
}

export function openStore(space: string, now: () => number) {
  return sqliteStore({ path: spaceFile(space), now })
}

import { rmSync } from "node:fs"
import { storeConformance } from "@doorward/oauth-core/testing"
import { afterAll, describe, it } from "vitest"
import { raceProcesses } from "../../oauth-core/test/store/race-processes.ts"
import { openStore, spaceFile } from "./open-store.ts"

const opener = import.meta.resolve("./open-store.ts")
const spaces = new Set<string>()

describe("sqliteStore", () => {
  const checks = storeConformance({
    open(space, now) {
      spaces.add(space)
      return openStore(space, now)
    },
    race: (space, race) => raceProcesses(opener, space, race),
    outage: "no server",
  })
  it.each(checks)("$name", { timeout: 20_000 }, ({ run }) => run())

  afterAll(() => {
    for (const space of spaces) {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(spaceFile(space) + suffix, { force: true })
    }
  })
})

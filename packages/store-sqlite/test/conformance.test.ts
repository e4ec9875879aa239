import { rmSync } from "node:fs"
import { storeConformance } from "@doorward/oauth-core/testing"
import { type Racers, startRacers } from "@doorward/test-support/race-processes"
import { afterAll, beforeAll, describe, it } from "vitest"
import { openStore, spaceFile } from "./open-store.ts"

const spaces = new Set<string>()

describe("sqliteStore", () => {
  let racers: Racers

  beforeAll(async () => {
    racers = await startRacers({
      stores: import.meta.resolve("./open-store.ts"),
      races: import.meta.resolve("@doorward/oauth-core/testing"),
    })
  })

  const checks = storeConformance({
    open(space, now) {
      spaces.add(space)
      return openStore(space, now)
    },
    race: (space, race) => racers.race(space, race),
    outage: "no server",
  })
  it.each(checks)("$name", ({ run }) => run())

  afterAll(() => {
    racers.end()
    for (const space of spaces) {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(spaceFile(space) + suffix, { force: true })
    }
  })
})

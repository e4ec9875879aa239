import { storeConformance } from "@doorward/oauth-core/testing"
import { postgresAtHand, postgresUrl } from "@doorward/test-support/postgres-at-hand"
import { type Racers, startRacers } from "@doorward/test-support/race-processes"
import { type SeverableProxy, severableProxy } from "@doorward/test-support/severable-proxy"
import pg from "pg"
import { afterAll, beforeAll, describe, it } from "vitest"
import { openStore, spaceTable } from "./open-store.ts"

describe.skipIf(!postgresAtHand)("postgresStore", () => {
  const spaces = new Set<string>()
  const url = new URL(postgresUrl)
  let proxy: SeverableProxy
  let racers: Racers

  beforeAll(async () => {
    racers = await startRacers({
      stores: import.meta.resolve("./open-store.ts"),
      races: import.meta.resolve("@doorward/oauth-core/testing"),
    })
    proxy = await severableProxy({ host: url.hostname, port: Number(url.port || 5432) })
    url.host = `127.0.0.1:${proxy.port}`
  })

  const checks = storeConformance({
    open(space, now) {
      spaces.add(space)
      return openStore(space, now, { url: url.href, timeoutMilliseconds: 2_000 })
    },
    race: (space, race) => racers.race(space, race),
    outage: {
      begin: (kind) => proxy.begin(kind),
      end: () => proxy.end(),
    },
  })
  it.each(checks)("$name", ({ run }) => run())

  afterAll(async () => {
    racers.end()
    await proxy.close()
    const client = new pg.Client({ connectionString: postgresUrl })
    await client.connect()
    for (const space of spaces) await client.query(`DROP TABLE IF EXISTS ${spaceTable(space)}`)
    await client.end()
  })
})

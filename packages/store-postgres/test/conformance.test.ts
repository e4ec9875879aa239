import { storeConformance } from "@doorward/oauth-core/testing"
import pg from "pg"
import { afterAll, beforeAll, describe, it } from "vitest"
import { raceProcesses } from "../../oauth-core/test/store/race-processes.ts"
import { type SeverableProxy, severableProxy } from "../../oauth-core/test/store/severable-proxy.ts"
import { openStore, spaceTable } from "./open-store.ts"
import { postgresAtHand, postgresUrl } from "./postgres-at-hand.ts"

const opener = import.meta.resolve("./open-store.ts")

describe.skipIf(!postgresAtHand)("postgresStore", () => {
  const spaces = new Set<string>()
  const url = new URL(postgresUrl)
  let proxy: SeverableProxy

  beforeAll(async () => {
    proxy = await severableProxy({ host: url.hostname, port: Number(url.port || 5432) })
    url.host = `127.0.0.1:${proxy.port}`
  })

  const checks = storeConformance({
    open(space, now) {
      spaces.add(space)
      return openStore(space, now, url.href)
    },
    race: (space, race) => raceProcesses(opener, space, race),
    outage: {
      begin: (kind) => proxy.begin(kind),
      end: () => proxy.end(),
    },
  })
  it.each(checks)("$name", ({ run }) => run())

  afterAll(async () => {
    await proxy.close()
    const client = new pg.Client({ connectionString: postgresUrl })
    await client.connect()
    for (const space of spaces) await client.query(`DROP TABLE IF EXISTS ${spaceTable(space)}`)
    await client.end()
  })
})

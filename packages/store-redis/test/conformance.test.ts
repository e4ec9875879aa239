import { storeConformance } from "@doorward/oauth-core/testing"
import { type Racers, startRacers } from "@doorward/test-support/race-processes"
import { type SeverableProxy, severableProxy } from "@doorward/test-support/severable-proxy"
import { createClient } from "redis"
import { afterAll, beforeAll, describe, it } from "vitest"
import { openStore } from "./open-store.ts"
import { redisAtHand, redisUrl } from "./redis-at-hand.ts"

describe.skipIf(!redisAtHand)("redisStore", () => {
  const spaces = new Set<string>()
  const url = new URL(redisUrl)
  let proxy: SeverableProxy
  let racers: Racers

  beforeAll(async () => {
    racers = await startRacers({
      stores: import.meta.resolve("./open-store.ts"),
      races: import.meta.resolve("@doorward/oauth-core/testing"),
    })
    proxy = await severableProxy({ host: url.hostname, port: Number(url.port || 6379) })
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
    const client = await createClient({ url: redisUrl }).connect()
    for (const space of spaces) {
      for await (const keys of client.scanIterator({ MATCH: `doorward-test:${space}:*` })) {
        if (keys.length > 0) await client.del(keys)
      }
    }
    await client.close()
  })
})

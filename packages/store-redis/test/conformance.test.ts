import { storeConformance } from "@doorward/oauth-core/testing"
import { createClient } from "redis"
import { afterAll, beforeAll, describe, it } from "vitest"
import { raceProcesses } from "../../oauth-core/test/store/race-processes.ts"
import { type SeverableProxy, severableProxy } from "../../oauth-core/test/store/severable-proxy.ts"
import { openStore } from "./open-store.ts"
import { redisAtHand, redisUrl } from "./redis-at-hand.ts"

const opener = import.meta.resolve("./open-store.ts")

describe.skipIf(!redisAtHand)("redisStore", () => {
  const spaces = new Set<string>()
  const url = new URL(redisUrl)
  let proxy: SeverableProxy

  beforeAll(async () => {
    proxy = await severableProxy({ host: url.hostname, port: Number(url.port || 6379) })
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
  it.each(checks)("$name", { timeout: 20_000 }, ({ run }) => run())

  afterAll(async () => {
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

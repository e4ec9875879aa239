import { type Store, StoreUnavailableError } from "@doorward/oauth-core"
import { type OwnRedis, ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { severableProxy } from "@doorward/test-support/severable-proxy"
import { createClient } from "redis"
import { afterEach, describe, expect, it } from "vitest"
import { redisStore } from "../src/index.ts"

const disposables: { dispose(): Promise<void> }[] = []
const value = Uint8Array.of(1, 2, 3)
const inAnHour = () => new Date(Date.now() + 3_600_000)

afterEach(async () => {
  for (const disposable of disposables.splice(0).toReversed()) await disposable.dispose()
})

async function start(...options: string[]): Promise<OwnRedis> {
  const redis = await ownRedis(options)
  disposables.push(redis)
  return redis
}

function open(url: string): Store {
  const store = redisStore(url)
  disposables.push({ dispose: () => store.close() })
  return store
}

async function command(port: number, ...args: string[]): Promise<unknown> {
  const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect()
  try {
    return await client.sendCommand(args)
  } finally {
    await client.close()
  }
}

/** Waits until the store can serve, as a readiness check would. */
function ready(store: Store) {
  return expect.poll(() => store.ping().then(() => true, String)).toBe(true)
}

describe.skipIf(!redisServerAtHand)("redisStore with a server of its own", () => {
  it("serves again, with every acknowledged record, after the server was killed and restarted", async () => {
    const redis = await start("--appendonly", "yes", "--appendfsync", "always")
    const store = open(`redis://127.0.0.1:${redis.port}`)
    const acknowledged = new Set<string>()
    const writing = Promise.allSettled(
      Array.from({ length: 2_000 }, async (_, at) => {
        await store.swap(`type:${at}`, undefined, value, inAnHour())
        acknowledged.add(`type:${at}`)
        if (acknowledged.size === 500) await redis.kill()
      }),
    )
    await writing
    await expect(store.get("type:0")).rejects.toThrow(StoreUnavailableError)
    await redis.start()
    await ready(store)
    const found: string[] = []
    for await (const key of store.scan("type:")) found.push(key)
    expect(acknowledged.size).toBeGreaterThanOrEqual(500)
    expect(found).toEqual(expect.arrayContaining([...acknowledged]))
    // The server has lost its scripts.
    expect(await store.swap("type:new", undefined, value, inAnHour())).toBe(true)
    expect(await store.swap("type:new", value, Uint8Array.of(4), inAnHour())).toBe(true)
  })

  it("lets Redis free a record a minute after its expiry", async () => {
    const redis = await start()
    const store = open(`redis://127.0.0.1:${redis.port}`)
    await store.put("type:put", value, new Date(Date.now() + 1_000))
    await store.swap("type:swap", undefined, value, new Date(Date.now() + 1_000))
    await store.put("type:late", value, new Date(Date.now() - 1_000))
    for (const [key, most] of [
      ["put", 61_000],
      ["swap", 61_000],
      ["late", 60_000],
    ] as const) {
      const left = Number(await command(redis.port, "PTTL", `doorward:type:${key}`))
      expect(left, key).toBeLessThanOrEqual(most)
      expect(left, key).toBeGreaterThan(most - 5_000)
    }
  })

  it("leaves a server that has become a replica for the new one at the same address", async () => {
    const [former, latter] = [await start(), await start()]
    const address = { host: "127.0.0.1", port: former.port }
    const proxy = await severableProxy(address)
    disposables.push({ dispose: proxy.close })
    // It keeps a connection for at least that long.
    const store = redisStore({ url: `redis://127.0.0.1:${proxy.port}`, timeoutMilliseconds: 1_000 })
    disposables.push({ dispose: () => store.close() })
    const put = () => store.put("type:a", value, inAnHour()).then(() => "written", String)
    await expect.poll(put).toBe("written")
    await command(former.port, "REPLICAOF", "127.0.0.1", "1")
    await expect.poll(put).toMatch(/READONLY/)
    address.port = latter.port
    await expect.poll(put).toBe("written")
    expect(Number(await command(latter.port, "DBSIZE"))).toBe(1)
  })

  it("needs no more permissions than its README lists", async () => {
    const redis = await start()
    const rights = "get set getdel del getrange scan eval evalsha ping".split(" ")
    const user = ["doorward", "on", ">secret", "~doorward:*", ...rights.map((right) => `+${right}`)]
    await command(redis.port, "ACL", "SETUSER", ...user)
    const store = open(`redis://doorward:secret@127.0.0.1:${redis.port}`)
    await store.ping()
    await store.put("type:a", value, inAnHour())
    expect(await store.swap("type:a", value, Uint8Array.of(4), inAnHour())).toBe(true)
    expect(await store.get("type:a")).toEqual(Uint8Array.of(4))
    for await (const key of store.scan("")) expect(key).toBe("type:a")
    expect(await store.take("type:a")).toEqual(Uint8Array.of(4))
    await store.delete("type:a")
  })

  it("says in its error what Redis said", async () => {
    const redis = await start("--requirepass", "secret")
    const refused = open(`redis://:wrong@127.0.0.1:${redis.port}`).ping()
    await expect(refused).rejects.toThrow(/^Redis can't serve: WRONGPASS /)
    await expect(refused).rejects.not.toThrow(/secret|:wrong/)
    await open(`redis://:secret@127.0.0.1:${redis.port}`).ping()
  })
})

describe.skipIf(!redisServerAtHand)("redisStore with a cluster", () => {
  it("finds every record on its server, and loses only those of a server that is down", async () => {
    const servers = await startCluster()
    const [first, second] = servers.map(({ port }) => `127.0.0.1:${port}`)
    const store = open(`redis+cluster://${first},${second}`)
    await ready(store)
    const keys = Array.from({ length: 300 }, (_, at) => `type:${at}`)
    await Promise.all(keys.map((key) => store.swap(key, undefined, value, inAnHour())))
    for (const { port } of servers) {
      expect(Number(await command(port, "DBSIZE"))).toBeGreaterThan(50)
    }
    const found: string[] = []
    for await (const key of store.scan("type:")) found.push(key)
    expect(found.toSorted()).toEqual(keys.toSorted())

    await servers[0]!.kill()
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError)
    const outcomes = await Promise.allSettled(keys.map((key) => store.get(key)))
    const served = outcomes.filter(({ status }) => status === "fulfilled").length
    expect(served).toBeGreaterThan(150)
    expect(served).toBeLessThan(250)
    await servers[0]!.start()
    await ready(store)
    await Promise.all(keys.map(async (key) => expect(await store.take(key)).toEqual(value)))
  })
})

/** Three servers that share the slots. */
async function startCluster(): Promise<OwnRedis[]> {
  const options = ["--cluster-enabled", "yes", "--cluster-require-full-coverage", "no"]
  const persistence = ["--appendonly", "yes", "--appendfsync", "always"]
  const servers = await Promise.all([0, 1, 2].map(() => start(...options, ...persistence)))
  const slots = [
    [0, 5460],
    [5461, 10_922],
    [10_923, 16_383],
  ]
  for (const [at, { port }] of servers.entries()) {
    await command(port, "CLUSTER", "ADDSLOTSRANGE", ...slots[at]!.map(String))
  }
  const [first, ...others] = servers as [OwnRedis, OwnRedis, OwnRedis]
  for (const { port, clusterPort } of others) {
    await command(first.port, "CLUSTER", "MEET", "127.0.0.1", String(port), String(clusterPort))
  }
  const whole = ["cluster_state:ok", "cluster_slots_ok:16384", "cluster_known_nodes:3"]
  for (const { port } of servers) {
    const missing = async () => {
      const info = String(await command(port, "CLUSTER", "INFO"))
      return whole.filter((line) => !info.includes(line))
    }
    await expect.poll(missing).toEqual([])
  }
  return servers
}

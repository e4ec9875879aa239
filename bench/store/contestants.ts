import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { memoryStore, type Store } from "@doorward/oauth-core"
import { postgresStore } from "@doorward/store-postgres"
import { redisStore } from "@doorward/store-redis"
import { sqliteStore } from "@doorward/store-sqlite"
import pg from "pg"
import { createClient } from "redis"
import { keyOf, sealedValue, valueBytes } from "./records.ts"

/** A store to measure. */
export interface Contestant {
  readonly name: string
  /** Why it can't be measured here. */
  unavailable(): Promise<string | undefined>
  /** Opens a store and brings it to this many records. */
  fill(records: number): Promise<Store>
  /** Bytes that the store takes for all its records. */
  size(): Promise<number>
  dispose(): Promise<void>
}

const redisUrl = process.env.DOORWARD_TEST_REDIS_URL ?? "redis://127.0.0.1:6379"
const postgresUrl = process.env.DOORWARD_TEST_POSTGRES_URL ?? "postgres://root@127.0.0.1:5432/test"
const farAway = new Date(Date.now() + 86_400_000)

/** Writes the records from one number up to another, many at once. */
async function write(store: Store, from: number, to: number) {
  for (let at = from; at < to; at += 500) {
    const some = Array.from({ length: Math.min(500, to - at) }, (_, offset) => at + offset)
    await Promise.all(some.map((record) => store.put(keyOf(record), sealedValue(record), farAway)))
  }
}

function memory(): Contestant {
  let store = memoryStore()
  let filled = 0
  let before = 0
  return {
    name: "memory",
    unavailable: async () => undefined,
    async fill(records) {
      if (filled === 0) before = used()
      await write(store, filled, records)
      filled = records
      return store
    },
    size: async () => used() - before,
    async dispose() {
      store = memoryStore()
    },
  }
}

function used(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function sqlite(): Contestant {
  const folder = mkdtempSync(join(tmpdir(), "doorward-bench-"))
  const file = join(folder, "doorward.db")
  const store = sqliteStore(file)
  let filled = 0
  return {
    name: "SQLite",
    unavailable: async () => undefined,
    async fill(records) {
      await write(store, filled, records)
      filled = records
      return store
    },
    async size() {
      const database = new DatabaseSync(file)
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
      database.close()
      return statSync(file).size
    },
    async dispose() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function redis(): Contestant {
  const prefix = `doorward-bench-${process.pid}:`
  const store = redisStore({ url: redisUrl, prefix, timeout: 30_000 })
  const client = createClient({ url: redisUrl, socket: { reconnectStrategy: false } })
  client.on("error", () => undefined)
  let filled = 0
  let before = 0
  const memoryUsed = async () => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1])
  return {
    name: "Redis",
    async unavailable() {
      return client.connect().then(
        () => undefined,
        (error: Error) => `${error.message || "no Redis"}`,
      )
    },
    async fill(records) {
      if (filled === 0) before = await memoryUsed()
      await write(store, filled, records)
      filled = records
      return store
    },
    size: async () => (await memoryUsed()) - before,
    async dispose() {
      await store.close()
      if (!client.isOpen) return
      for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
        if (keys.length > 0) await client.unlink(keys)
      }
      await client.close()
    },
  }
}

function postgres(): Contestant {
  const table = `doorward_bench_${process.pid}`
  const store = postgresStore({ url: postgresUrl, table, timeout: 30_000 })
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 1 })
  let filled = 0
  return {
    name: "PostgreSQL",
    async unavailable() {
      return store.ping().then(
        () => undefined,
        (error: Error) => error.message,
      )
    },
    async fill(records) {
      // Bytes that don't compress, as sealed ones don't.
      await pool.query(
        `INSERT INTO ${table} (key, value, expires_at)
         SELECT 'grant:' || md5(record::text), substr(float8send(record) || noise, 1, $3), $4
         FROM generate_series($1::int, $2::int - 1) AS record, LATERAL (
           SELECT decode(string_agg(md5(record || ':' || part), ''), 'hex') AS noise
           FROM generate_series(1, $3 / 16 + 1) AS part
         ) AS bytes`,
        [filled, records, valueBytes, farAway.getTime()],
      )
      await pool.query(`VACUUM ANALYZE ${table}`)
      filled = records
      return store
    },
    async size() {
      const { rows } = await pool.query("SELECT pg_total_relation_size($1::regclass) AS size", [
        table,
      ])
      return Number(rows[0].size)
    },
    async dispose() {
      await store.close()
      await pool.query(`DROP TABLE IF EXISTS ${table}`).catch(() => undefined)
      await pool.end()
    },
  }
}

export const contestants: readonly (() => Contestant)[] = [memory, sqlite, redis, postgres]

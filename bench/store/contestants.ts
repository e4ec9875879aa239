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

export interface FilledStore {
  store: Store
  /** The size of all records, in bytes. */
  bytes: number
  dispose(): Promise<void>
}

export interface Contestant {
  name: string
  /**
   * A store of its own with this many records.
   *
   * @param fill writes them; by default they are of `valueBytes` each.
   * @throws if there is no server for it.
   */
  open(records: number, fill?: Fill): Promise<FilledStore>
}

export type Fill = (store: Store, records: number) => Promise<unknown>

const redisUrl = process.env.DOORWARD_TEST_REDIS_URL ?? "redis://127.0.0.1:6379"
const postgresUrl = process.env.DOORWARD_TEST_POSTGRES_URL ?? "postgres://root@127.0.0.1:5432/test"
/** Filling is not measured, and may be slow. */
const timeoutMilliseconds = 30_000
const inADay = new Date(Date.now() + 86_400_000)

const fillEvenly: Fill = async (store, records) => {
  for (let at = 0; at < records; at += 500) {
    const some = Array.from({ length: Math.min(500, records - at) }, (_, offset) => at + offset)
    await Promise.all(some.map((record) => store.put(keyOf(record), sealedValue(record), inADay)))
  }
}

async function memory(records: number, fill = fillEvenly): Promise<FilledStore> {
  const before = memoryInUse()
  const store = memoryStore()
  await fill(store, records)
  return { store, bytes: memoryInUse() - before, dispose: () => store.close() }
}

function memoryInUse(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function sqlite(records: number, fill = fillEvenly): Promise<FilledStore> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-bench-"))
  const file = join(folder, "doorward.db")
  const store = sqliteStore(file)
  await fill(store, records)
  const database = new DatabaseSync(file)
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  database.close()
  return {
    store,
    bytes: statSync(file).size,
    async dispose() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Each number of records has a database of its own, which is a table of keys of its own. */
let redisDatabase = 0

async function redis(records: number, fill = fillEvenly): Promise<FilledStore> {
  const url = new URL(redisUrl)
  url.pathname = `/${redisDatabase++}`
  const client = createClient({ url: url.href, socket: { reconnectStrategy: false } })
  client.on("error", () => undefined)
  await client.connect()
  const memoryUsed = async () => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1])
  const before = await memoryUsed()
  const prefix = `doorward-bench-${process.pid}:`
  const store = redisStore({ url: url.href, prefix, timeoutMilliseconds })
  await fill(store, records)
  return {
    store,
    bytes: (await memoryUsed()) - before,
    async dispose() {
      await store.close()
      for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
        if (keys.length > 0) await client.unlink(keys)
      }
      await client.close()
    },
  }
}

async function postgres(records: number, fill?: Fill): Promise<FilledStore> {
  const table = `doorward_bench_${process.pid}_${records}`
  const store = postgresStore({ url: postgresUrl, table, timeoutMilliseconds })
  await store.ping()
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 1 })
  if (fill) await fill(store, records)
  else await fillQuickly(pool, table, records)
  await pool.query(`VACUUM ANALYZE ${table}`)
  const { rows } = await pool.query("SELECT pg_total_relation_size($1::regclass) AS bytes", [table])
  return {
    store,
    bytes: Number(rows[0].bytes),
    async dispose() {
      await store.close()
      await pool.query(`DROP TABLE ${table}`)
      await pool.end()
    },
  }
}

/** In the database itself, with bytes that don't compress, as sealed ones don't. */
async function fillQuickly(pool: pg.Pool, table: string, records: number) {
  await pool.query(
    `INSERT INTO ${table} (key, value, expires_at)
     SELECT 'grant:' || translate(rtrim(encode(sha256(record::text::bytea), 'base64'), '='), '+/', '-_'),
       substr(float8send(record) || noise, 1, $2), $3
     FROM generate_series(0, $1::int - 1) AS record, LATERAL (
       SELECT decode(string_agg(md5(record || ':' || part), ''), 'hex') AS noise
       FROM generate_series(1, $2 / 16 + 1) AS part
     ) AS bytes`,
    [records, valueBytes, inADay.getTime()],
  )
}

export const contestants: readonly Contestant[] = [
  { name: "memory", open: memory },
  { name: "SQLite", open: sqlite },
  { name: "Redis", open: redis },
  { name: "PostgreSQL", open: postgres },
]

import type { Store } from "@doorward/oauth-core"
import { createDatabase } from "./database.ts"
import { type Statement, statementsFor } from "./statements.ts"

export interface PostgresStoreOptions {
  /**
   * `postgres://user:password@host:port/database`. `?sslmode=verify-full` asks for TLS, and
   * `&sslrootcert=<file>` names the authority that it trusts.
   */
  url: string
  /** The table, which is created if it is not there. Default: `doorward_records`. */
  table?: string
  /** How many connections to use at most. Default: 10. */
  poolSize?: number
  /** How long to wait, in milliseconds: once for a connection, once for an answer. Default: 2000. */
  timeout?: number
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
}

const tableName = /^[a-z_][a-z0-9_]{0,49}$/
const keysPerScan = 500
/** Sorts after every ASCII key that starts with what it is appended to. */
const afterAscii = "\u{10ffff}"
/** A sweep follows this many writes and deletes at most twice as many records: it always catches up. */
const writesPerSweep = 64
/** How long records are kept after their expiry, in milliseconds, so that clocks which differ do no harm. */
const slack = 60_000

/**
 * A {@link Store} in one table of a PostgreSQL database, version 12 or later.
 *
 * The first operation connects and creates the table. When the server can't be reached, operations
 * fail with `StoreUnavailableError` until it is back.
 *
 * @throws {TypeError} if the URL or the table's name can't be used.
 */
export function postgresStore(options: string | PostgresStoreOptions): Store {
  const {
    url,
    table = "doorward_records",
    poolSize = 10,
    timeout = 2_000,
    now = Date.now,
  } = typeof options === "string" ? { url: options } : options
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new TypeError("A PostgreSQL URL is postgres://user:password@host:port/database")
  }
  if (!tableName.test(table)) {
    throw new TypeError("A table's name has at most 50 lower-case letters, digits and underscores")
  }
  const database = createDatabase({ url, table, poolSize, timeout })
  const statements = statementsFor(table)
  let writesToSweep = writesPerSweep

  async function write(statement: Statement, ...values: unknown[]): Promise<boolean> {
    const { rowCount } = await database.query(statement, ...values)
    writesToSweep -= 1
    if (writesToSweep <= 0) {
      writesToSweep = writesPerSweep
      // Not awaited. What a sweep leaves, because it failed or for its size, the next one finds.
      database.query(statements.sweep, now() - slack, 2 * writesPerSweep).catch(() => undefined)
    }
    return rowCount === 1
  }

  return {
    async get(key) {
      const { rows } = await database.query(statements.get, key, now())
      return asBytes(rows[0]?.value)
    },
    async put(key, value, expiresAt) {
      await write(statements.put, key, value, expiresAt.getTime())
    },
    async take(key) {
      const { rows } = await database.query(statements.take, key, now())
      return asBytes(rows[0]?.value)
    },
    async swap(key, expected, next, expiresAt) {
      const record = [key, next, expiresAt.getTime(), now()]
      return expected === undefined
        ? write(statements.create, ...record)
        : write(statements.replace, ...record, expected)
    },
    async delete(key) {
      await database.query(statements.delete, key)
    },
    async *scan(prefix) {
      const end = prefix + afterAscii
      let from = prefix
      while (true) {
        const { rows } = await database.query(statements.scan, from, end, now(), keysPerScan)
        for (const { key } of rows) {
          from = `${key}\u0001`
          yield key
        }
        if (rows.length < keysPerScan) return
      }
    },
    async ping() {
      await database.query(statements.ping)
    },
    close: () => database.close(),
  }
}

function asBytes(value: Buffer | undefined): Uint8Array | undefined {
  return value && new Uint8Array(value.buffer, value.byteOffset, value.length)
}

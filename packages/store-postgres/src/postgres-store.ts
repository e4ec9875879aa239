import type { Store } from "@doorward/oauth-core"
import { createDatabase } from "./database.ts"
import { type PostgresStoreOptions, readPostgresStoreOptions } from "./options.ts"
import { type Statement, statementsFor } from "./statements.ts"

const keysPerScan = 500
/** Appended to a prefix, it sorts after every ASCII key with that prefix. */
const afterAscii = "\u{10ffff}"
/** A sweep follows this many writes. It deletes up to twice as many records, so it always catches up. */
const writesPerSweep = 64
/** How many milliseconds records are kept after their expiry, so that clocks may differ. */
const slack = 60_000

/**
 * Creates a {@link Store} in one table of a PostgreSQL database, version 12 or later.
 *
 * The first operation connects and creates the table. While the server is away, operations fail with
 * `StoreUnavailableError`.
 *
 * @example
 * const proxy = oauthProxy({ provider, store: postgresStore("postgres://localhost/doorward") })
 *
 * @param options the URL, or all the options.
 * @throws {ConfigurationError} with every mistake in the options at once. It does not repeat the URL,
 * which may contain a password.
 */
export function postgresStore(options: string | PostgresStoreOptions): Store {
  const { now, ...where } = readPostgresStoreOptions(options)
  const database = createDatabase(where)
  const statements = statementsFor(where.table)
  let writesToSweep = writesPerSweep

  async function write(statement: Statement, ...values: unknown[]): Promise<boolean> {
    const { rowCount } = await database.query(statement, ...values)
    writesToSweep -= 1
    if (writesToSweep <= 0) {
      writesToSweep = writesPerSweep
      // Not awaited. If a sweep fails or leaves some records, the next one finds them.
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

import { type Stats, statSync } from "node:fs"
import { resolve } from "node:path"
import type { SQLOutputValue } from "node:sqlite"
import { type Store, StoreUnavailableError } from "@doorward/oauth-core"
import { openDatabase } from "./database.ts"
import { readSqliteStoreOptions, type SqliteStoreOptions } from "./options.ts"
import { createWriteQueue, unavailable } from "./write-queue.ts"

const keysPerScan = 500
/** Appended to a prefix, it sorts after every ASCII key with that prefix. */
const afterAscii = "\u{10ffff}"

/**
 * Creates a {@link Store} in one SQLite file, which several processes of one machine may share.
 *
 * The first operation opens the file. If that fails, the next operation tries again. A write is on the
 * disk when its promise resolves.
 *
 * @example
 * const proxy = oauthProxy({ provider, store: sqliteStore("doorward.db") })
 *
 * @param options the path of the file, or all the options.
 * @throws {ConfigurationError} with every mistake in the options at once.
 */
export function sqliteStore(options: string | SqliteStoreOptions): Store {
  const { path, now } = readSqliteStoreOptions(options)
  const file = resolve(path)
  let connection: ReturnType<typeof connect> | undefined
  let closed = false

  function connected() {
    if (closed) throw new StoreUnavailableError("The store is closed")
    connection ??= connect(file, now)
    return connection
  }

  return {
    async get(key) {
      const { statements } = connected()
      return bytes(reading(() => statements.get.get({ key, now: now() })?.value))
    },
    async put(key, value, expiresAt) {
      const { statements, queue } = connected()
      const record = { key, next: value, expiresAt: expiresAt.getTime() }
      await queue.run(() => statements.put.run(record))
    },
    async take(key) {
      const { statements, queue } = connected()
      // `get` would not run the statement to its end, so its errors would appear only at a later reset.
      const [row] = await queue.run(() => statements.take.all({ key, now: now() }))
      return bytes(row?.value)
    },
    async swap(key, expected, next, expiresAt) {
      const { statements, queue } = connected()
      const record = { key, next, expiresAt: expiresAt.getTime() }
      const { changes } = await queue.run(() =>
        expected === undefined
          ? statements.create.run({ ...record, now: now() })
          : statements.replace.run({ ...record, expected, now: now() }),
      )
      return changes === 1
    },
    async delete(key) {
      const { statements, queue } = connected()
      await queue.run(() => statements.delete.run({ key }))
    },
    async *scan(prefix) {
      const end = prefix + afterAscii
      let from = prefix
      while (true) {
        const { statements } = connected()
        const rows = reading(() =>
          statements.scan.all({ from, end, now: now(), limit: keysPerScan }),
        )
        for (const { key } of rows) {
          from = `${key}\u0001`
          yield String(key)
        }
        if (rows.length < keysPerScan) return
      }
    },
    async ping() {
      const { queue, openedFile } = connected()
      await queue.run(() => undefined)
      if (
        !sameFile(
          openedFile,
          reading(() => statSync(file, { throwIfNoEntry: false })),
        )
      ) {
        throw new StoreUnavailableError(`The store ${file} was removed or replaced while in use`)
      }
    },
    async close() {
      if (closed) return
      closed = true
      await connection?.queue.run(() => undefined).catch(() => undefined)
      connection?.database.close()
    },
  }
}

function connect(file: string, now: () => number) {
  const { database, statements } = openDatabase(file)
  const queue = createWriteQueue(database, statements, now)
  return { database, statements, queue, openedFile: statSync(file) }
}

function reading<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw unavailable(error)
  }
}

function bytes(value: SQLOutputValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined
}

function sameFile(a: Stats, b: Stats | undefined): boolean {
  return a.ino === b?.ino && a.dev === b.dev
}

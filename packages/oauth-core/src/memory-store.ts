import { type Store, StoreUnavailableError } from "./ports/store.ts"

/** The options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
}

interface Entry {
  value: Uint8Array
  expiresAt: number
}

/**
 * How many records each write checks for expiry: more than it adds, so that expired ones don't pile up.
 */
const sweptPerWrite = 4

/**
 * Creates a {@link Store} in this process's memory, for tests and trials. Everything is lost when the
 * process ends.
 *
 * Values are copied when they are written and when they are read.
 *
 * @example
 * ```ts
 * const proxy = oauthProxy({ baseUrl: "http://localhost:8000", provider, store: memoryStore(), secret })
 * ```
 */
export function memoryStore({ now = Date.now }: MemoryStoreOptions = {}): Store {
  const entries = new Map<string, Entry>()
  let sweeper = entries.entries()
  let closed = false

  function assertOpen() {
    if (closed) throw new StoreUnavailableError("The store is closed")
  }

  function live(key: string): Entry | undefined {
    assertOpen()
    const entry = entries.get(key)
    return entry && entry.expiresAt > now() ? entry : undefined
  }

  function write(key: string, value: Uint8Array, expiresAt: Date) {
    entries.set(key, { value: new Uint8Array(value), expiresAt: expiresAt.getTime() })
    sweep()
  }

  function sweep() {
    for (let seen = 0; seen < sweptPerWrite; seen++) {
      const next = sweeper.next()
      if (next.done) {
        sweeper = entries.entries()
        return
      }
      const [key, entry] = next.value
      if (entry.expiresAt <= now()) entries.delete(key)
    }
  }

  return {
    async get(key) {
      return live(key)?.value.slice()
    },
    async put(key, value, expiresAt) {
      assertOpen()
      write(key, value, expiresAt)
    },
    async take(key) {
      const entry = live(key)
      entries.delete(key)
      return entry?.value
    },
    async swap(key, expected, next, expiresAt) {
      const current = live(key)?.value
      if (sameBytes(current, expected)) write(key, next, expiresAt)
      else if (!sameBytes(current, next)) return false
      return true
    },
    async delete(key) {
      assertOpen()
      entries.delete(key)
    },
    async *scan(prefix) {
      for (const key of entries.keys()) {
        if (key.startsWith(prefix) && live(key)) yield key
      }
      assertOpen()
    },
    async ping() {
      assertOpen()
    },
    async close() {
      closed = true
      entries.clear()
    },
  }
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

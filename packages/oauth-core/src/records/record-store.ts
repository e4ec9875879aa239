import type { z } from "zod"
import type { Store } from "../ports/store.ts"
import { primitives } from "../tokens/crypto.ts"
import { toBase64url, toBytes } from "../tokens/encoding.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"
import { inBatches } from "./batches.ts"

/** A type of stored record: the prefix of its keys and the schema of its value. */
export interface RecordKind<T> {
  readonly name: string
  readonly schema: z.ZodType<T>
}

/** A record as it was read. `sealed` is the value that `swap` compares with. */
export interface Stored<T> {
  readonly value: T
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly sealed: Uint8Array
  /** Whether it was sealed under an older secret and should be sealed again. */
  readonly outdated: boolean
}

/**
 * Typed records in a {@link Store}. Values are sealed and keys are digests of handles, so reading the
 * store reveals neither.
 *
 * Once created, a record is changed by `swap` and removed by `delete` or `take`. It is never
 * overwritten by `put`.
 */
export interface Records {
  get<T>(kind: RecordKind<T>, handle: string): Promise<Stored<T> | undefined>
  put<T>(kind: RecordKind<T>, handle: string, value: T, expiresAt: number): Promise<void>
  take<T>(kind: RecordKind<T>, handle: string): Promise<Stored<T> | undefined>
  /** @returns the record as written, or `undefined` if somebody else changed it first. */
  swap<T>(
    kind: RecordKind<T>,
    handle: string,
    current: Stored<T> | undefined,
    next: T,
    expiresAt: number,
  ): Promise<Stored<T> | undefined>
  delete(kind: RecordKind<unknown>, handle: string): Promise<void>
  /**
   * Reads, decides and swaps, and starts over if somebody else changed the record in between.
   *
   * @param decide returns the next value and expiry, or `undefined` to leave the record as it is.
   * @returns the record as it now stands.
   */
  update<T>(
    kind: RecordKind<T>,
    handle: string,
    decide: (current: Stored<T> | undefined) => Next<T> | undefined,
  ): Promise<Stored<T> | undefined>
  /**
   * Every record of a kind, in any order. For operations only; no request uses it.
   *
   * @param onUnreadable is called for a record that cannot be read, which is left out.
   */
  scan<T>(
    kind: RecordKind<T>,
    onUnreadable: (error: UnreadableValueError) => void,
  ): AsyncIterable<Stored<T>>
}

/** What {@link Records.update} writes. */
export interface Next<T> {
  value: T
  /** In milliseconds since the epoch. */
  expiresAt: number
}

/** How many records a scan reads at once. */
const concurrency = 64

/** Creates typed, sealed records in a store. Errors of the store and the sealer are passed on. */
export function createRecords(store: Store, sealer: Sealer, now: () => number): Records {
  async function open<T>(kind: RecordKind<T>, key: string, sealed: Uint8Array | undefined) {
    if (!sealed) return undefined
    const { value, expiresAt, outdated } = await sealer.open(key, sealed)
    if (expiresAt <= now()) return undefined
    const parsed = kind.schema.safeParse(value)
    if (!parsed.success) {
      throw new UnreadableValueError(`a ${kind.name} record of a different version`, {
        cause: parsed.error,
      })
    }
    return { value: parsed.data, expiresAt, sealed, outdated } satisfies Stored<T>
  }

  const records: Records = {
    async get(kind, handle) {
      const key = await keyOf(kind, handle)
      return open(kind, key, await store.get(key))
    },
    async put(kind, handle, value, expiresAt) {
      const key = await keyOf(kind, handle)
      await store.put(key, await sealer.seal(key, value, expiresAt), new Date(expiresAt))
    },
    async take(kind, handle) {
      const key = await keyOf(kind, handle)
      return open(kind, key, await store.take(key))
    },
    async swap(kind, handle, current, next, expiresAt) {
      const key = await keyOf(kind, handle)
      const sealed = await sealer.seal(key, next, expiresAt)
      const won = await store.swap(key, current?.sealed, sealed, new Date(expiresAt))
      return won ? { value: next, expiresAt, sealed, outdated: false } : undefined
    },
    async delete(kind, handle) {
      await store.delete(await keyOf(kind, handle))
    },
    async update(kind, handle, decide) {
      for (;;) {
        const current = await records.get(kind, handle)
        const next = decide(current)
        if (!next) return current
        const written = await records.swap(kind, handle, current, next.value, next.expiresAt)
        if (written) return written
      }
    },
    async *scan(kind, onUnreadable) {
      const read = async (key: string) => {
        try {
          return await open(kind, key, await store.get(key))
        } catch (error) {
          if (!(error instanceof UnreadableValueError)) throw error
          onUnreadable(error)
          return undefined
        }
      }
      for await (const keys of inBatches(store.scan(`${kind.name}:`), concurrency)) {
        for (const record of await Promise.all(keys.map(read))) if (record) yield record
      }
    },
  }
  return records
}

const keyOf = async (kind: RecordKind<unknown>, handle: string): Promise<string> =>
  `${kind.name}:${toBase64url(await primitives.sha256(toBytes(handle)))}`

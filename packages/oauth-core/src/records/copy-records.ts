import type { Store } from "../ports/store.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"

/** What became of the records of the store that was copied. */
export interface CopiedRecords {
  copied: number
  /** Records whose secret is not configured, so that their expiry is not known; they were not copied. */
  unreadable: number
  /** Records that the other store holds with another value; they were left as they are there. */
  conflicting: number
}

/** How many records are under way at once. */
const batchSize = 64

/**
 * Copies every record into another store, sealed as it is. A record changes by its value, and a value
 * tells its expiry, so a copy may be repeated.
 *
 * Nothing may write to the store meanwhile: a copy of a record that was used since would let it be used
 * again.
 */
export async function copyRecords(from: Store, to: Store, sealer: Sealer): Promise<CopiedRecords> {
  const result = { copied: 0, unreadable: 0, conflicting: 0 }

  async function copy(key: string): Promise<void> {
    const sealed = await from.get(key)
    if (!sealed) return
    try {
      const { expiresAt } = await sealer.open(key, sealed)
      const written = await to.swap(key, undefined, sealed, new Date(expiresAt))
      if (written) result.copied++
      else result.conflicting++
    } catch (error) {
      if (!(error instanceof UnreadableValueError)) throw error
      result.unreadable++
    }
  }

  let batch: string[] = []
  for await (const key of from.scan("")) {
    batch.push(key)
    if (batch.length < batchSize) continue
    await Promise.all(batch.map(copy))
    batch = []
  }
  await Promise.all(batch.map(copy))
  return result
}

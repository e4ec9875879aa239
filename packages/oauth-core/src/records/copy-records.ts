import type { Store } from "../ports/store.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"
import { inBatches } from "./batches.ts"

/** The result of copying a store. */
export interface CopiedRecords {
  /** How many records were copied, or were already there with the same value. */
  copied: number
  /**
   * How many records were not copied, because their secret is not configured and so their expiry is
   * unknown.
   */
  unreadable: number
  /** How many records were not copied, because the other store has a different value for them. */
  conflicting: number
}

/** How many records are copied concurrently. */
const concurrency = 64

/**
 * Copies every record to another store without unsealing it. The expiry comes from the sealed value,
 * and values that are already there are kept, so copying may be repeated.
 *
 * Nothing may write to the store during the copy: a single-use record that is used after it was copied
 * could be used again.
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

  for await (const keys of inBatches(from.scan(""), concurrency)) await Promise.all(keys.map(copy))
  return result
}

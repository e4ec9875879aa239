import type { Store } from "../ports/store.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"

/** The result of sealing records again. */
export interface ResealedRecords {
  /** How many records were sealed again. */
  resealed: number
  /** How many records were left as they are, because their secret is not configured. */
  unreadable: number
}

/**
 * Seals every record that was sealed under an older secret again under the first one, so that the older
 * one can be removed. Other instances may keep running, as long as they have both secrets.
 */
export async function resealRecords(store: Store, sealer: Sealer): Promise<ResealedRecords> {
  const result = { resealed: 0, unreadable: 0 }
  for await (const key of store.scan("")) {
    try {
      if (await reseal(key, store, sealer)) result.resealed++
    } catch (error) {
      if (!(error instanceof UnreadableValueError)) throw error
      result.unreadable++
    }
  }
  return result
}

async function reseal(key: string, store: Store, sealer: Sealer): Promise<boolean> {
  for (;;) {
    const sealed = await store.get(key)
    if (!sealed) return false
    const { value, expiresAt, outdated } = await sealer.open(key, sealed)
    if (!outdated) return false
    const next = await sealer.seal(key, value, expiresAt)
    if (await store.swap(key, sealed, next, new Date(expiresAt))) return true
  }
}

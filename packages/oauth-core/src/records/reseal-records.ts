import type { Store } from "../ports/store.ts"
import { type Sealer, UnreadableValueError } from "../tokens/seal.ts"

/** What became of the records that were sealed under an older secret. */
export interface ResealedRecords {
  resealed: number
  /** Records whose secret is not configured; they were left as they are. */
  unreadable: number
}

/**
 * Seals every record of an older secret under the first one, so that the older can be dropped. Other
 * instances may go on meanwhile, as long as all of them can open both.
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

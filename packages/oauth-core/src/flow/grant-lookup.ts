import type { Grant } from "../records/grant.ts"
import { type GrantSources, liveGrant } from "./grants/live-grant.ts"

/** A grant seen alive counts as alive for this long, in milliseconds: a revocation holds within it. */
const aliveFor = 5000
const rememberedMax = 10_000

/** Finds out whether a grant is alive, and what it says now. */
export interface GrantLookup {
  find(grantId: string): Promise<Grant | undefined>
  /** Makes the next look-up read the store. */
  forget(grantId: string): void
}

/**
 * Looks grants up in the store, with a memory of at most 5 seconds counted from before the read. Calls
 * for one grant share one read.
 */
export function createGrantLookup(deps: GrantSources & { now: () => number }): GrantLookup {
  const remembered = new Map<string, { until: number; grant: Promise<Grant | undefined> }>()

  return {
    find(grantId) {
      const now = deps.now()
      const known = remembered.get(grantId)
      if (known && known.until > now) return known.grant
      const grant = liveGrant(grantId, deps).then((found) => found?.value)
      remembered.delete(grantId)
      remembered.set(grantId, { until: now + aliveFor, grant })
      grant.catch(() => remembered.delete(grantId))
      const oldest = remembered.size > rememberedMax ? remembered.keys().next().value : undefined
      if (oldest !== undefined) remembered.delete(oldest)
      return grant
    },
    forget(grantId) {
      remembered.delete(grantId)
    },
  }
}

import { registeredClients } from "../../records/client.ts"
import { type Grant, grants } from "../../records/grant.ts"
import type { Records, Stored } from "../../records/record-store.ts"
import type { Settings } from "../settings.ts"

export interface GrantSources {
  readonly records: Records
  readonly settings: Settings
}

/**
 * Reads a grant if it is active: its code was redeemed, and its client still exists. Deleting a client
 * ends its grants.
 */
export async function liveGrant(
  grantId: string,
  deps: GrantSources,
): Promise<Stored<Grant> | undefined> {
  const grant = await deps.records.get(grants, grantId)
  return grant?.value.active && (await mayClientStill(grant.value, deps)) ? grant : undefined
}

/**
 * Whether a grant's client still exists, and may still do what the grant is for. One from an exchange lives
 * only as long as the grant that it came from; exchanges are bounded in number, and so is this recursion.
 */
async function mayClientStill(
  { clientId, principal, parentId }: Grant,
  deps: GrantSources,
): Promise<boolean> {
  if (parentId !== undefined) {
    const mayExchange = deps.settings.tokenExchange.has(clientId)
    return mayExchange && (await liveGrant(parentId, deps)) !== undefined
  }
  if (principal === "app") return deps.settings.clientCredentials.has(clientId)
  return isClientKnown(clientId, deps)
}

async function isClientKnown(
  clientId: string,
  { records, settings }: GrantSources,
): Promise<boolean> {
  // A client's metadata document is checked when tokens are issued, not at every use of a token.
  if (settings.clients.has(clientId) || /^https?:/.test(clientId)) return true
  return (await records.get(registeredClients, clientId)) !== undefined
}

/**
 * How long a grant that was found active is assumed to be active, in milliseconds. Revocation may lag
 * by it.
 */
const aliveFor = 5000
const rememberedMax = 10_000

/** Finds active grants. */
export interface GrantLookup {
  find(grantId: string): Promise<Grant | undefined>
  /** Makes the next look-up of this grant read the store. */
  forget(grantId: string): void
}

/**
 * Looks grants up in the store and caches them for at most 5 seconds, counted from before the read.
 * Concurrent calls for one grant share a read.
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

import { registeredClients } from "../../records/client.ts"
import { type Grant, grants } from "../../records/grant.ts"
import type { Records, Stored } from "../../records/record-store.ts"
import type { Settings } from "../settings.ts"

export interface GrantSources {
  readonly records: Records
  readonly settings: Settings
}

/**
 * Reads a grant that is in use: its code was redeemed, and its client is still known. A client that was
 * deleted takes its grants with it.
 */
export async function liveGrant(
  grantId: string,
  deps: GrantSources,
): Promise<Stored<Grant> | undefined> {
  const grant = await deps.records.get(grants, grantId)
  return grant?.value.active && (await isClientKnown(grant.value.clientId, deps))
    ? grant
    : undefined
}

async function isClientKnown(
  clientId: string,
  { records, settings }: GrantSources,
): Promise<boolean> {
  // Who has a metadata document is asked for it when tokens are issued, not at every use of one.
  if (settings.clients.has(clientId) || /^https?:/.test(clientId)) return true
  return (await records.get(registeredClients, clientId)) !== undefined
}

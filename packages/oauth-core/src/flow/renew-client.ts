import { clientExpiry, dayOf, registeredClients } from "../records/client.ts"
import type { Client } from "../ports/client.ts"
import type { Deps } from "./deps.ts"

/**
 * Counts a registered client's lifetime from today; written once a day at most.
 *
 * Clients replay an old id for ever and never register again, so that ending one early is a dead end.
 */
export async function renewClient(client: Client, deps: Deps): Promise<void> {
  if (client.source !== "registered") return
  const today = dayOf(deps.now())
  if (client.lastUsedDay === today) return
  await deps.records.update(registeredClients, client.id, (current) => {
    if (!current || current.value.lastUsedDay === today) return undefined
    const value = { ...current.value, lastUsedDay: today }
    return { value, expiresAt: clientExpiry(value, deps.settings.lifetimes.grantIdle) }
  })
}

import type { ClientAuthenticationMethod } from "../../ports/client.ts"
import { inBatches } from "../../records/batches.ts"
import { type RegisteredClient, registeredClients, startOfDay } from "../../records/client.ts"
import { grants } from "../../records/grant.ts"
import type { Stored } from "../../records/record-store.ts"
import type { UnreadableValueError } from "../../tokens/seal.ts"
import type { Deps } from "../deps.ts"

/** A client that registered itself, as the operator sees it. */
export interface ClientSummary {
  /** The `client_id`; unknown for a record of an older version, until the client's next use. */
  readonly clientId: string | undefined
  /** The name that the client chose for itself. */
  readonly clientName: string | undefined
  /** Its redirect URIs, exactly as registered. */
  readonly redirectUris: readonly string[]
  /** How it authenticates at the token endpoint. */
  readonly authenticationMethod: ClientAuthenticationMethod
  /** When it registered, in milliseconds since the epoch. */
  readonly createdAt: number
  /** When the day (UTC) of its last sign-in or refresh began, in milliseconds since the epoch. */
  readonly lastUsedAt: number | undefined
  /** When its registration expires if it is not used, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** How many of its sign-ins have not ended. */
  readonly grants: number
}

type OnUnreadable = (error: UnreadableValueError) => void

/** How many clients are kept in memory. For each such batch, the grants are read once. */
const batchSize = 10_000

/**
 * Every client that registered itself, in any order. Reads the whole store.
 *
 * @throws {UnreadableValueError} after all the others, if there are records that cannot be read.
 */
export async function* listClients(deps: Deps): AsyncGenerator<ClientSummary> {
  let unreadable: UnreadableValueError | undefined
  const onUnreadable = (error: UnreadableValueError) => {
    unreadable ??= error
  }
  const records = deps.records.scan(registeredClients, onUnreadable)
  for await (const batch of inBatches(records, batchSize)) {
    yield* await summariesOf(batch, deps, onUnreadable)
  }
  if (unreadable) throw unreadable
}

async function summariesOf(
  batch: readonly Stored<RegisteredClient>[],
  deps: Deps,
  onUnreadable: OnUnreadable,
): Promise<readonly ClientSummary[]> {
  const counts = new Map(batch.map(({ value }) => [value.clientId, 0]))
  for await (const { value } of deps.records.scan(grants, onUnreadable)) {
    const count = counts.get(value.clientId)
    if (count !== undefined && value.active) counts.set(value.clientId, count + 1)
  }
  return batch.map(({ value, expiresAt }) => ({
    clientId: value.clientId,
    clientName: value.metadata.client_name,
    redirectUris: value.metadata.redirect_uris,
    authenticationMethod: value.metadata.token_endpoint_auth_method,
    createdAt: value.issuedAt,
    lastUsedAt: value.lastUsedDay === undefined ? undefined : startOfDay(value.lastUsedDay),
    expiresAt,
    grants: counts.get(value.clientId) ?? 0,
  }))
}

import { registeredClients } from "../../records/client.ts"
import { grants } from "../../records/grant.ts"
import type { UnreadableValueError } from "../../tokens/seal.ts"
import type { Deps } from "../deps.ts"
import { endGrant, endGrantsWith } from "./end-grants.ts"

/** What was ended with a client. */
export interface EndedClient {
  /** Whether it had registered itself. */
  readonly registered: boolean
  /** How many grants it had. */
  readonly grants: number
}

/**
 * Deletes a client's registration, if it has one, and ends its grants, on behalf of the operator. Reads
 * every grant.
 *
 * @throws {UnreadableValueError} if its registration cannot be read, or, after the others have ended, if
 * there are grants that cannot be read.
 */
export async function endClient(clientId: string, deps: Deps): Promise<EndedClient> {
  const { records } = deps
  // Read first: what cannot be read must not be deleted.
  const registered = (await records.get(registeredClients, clientId)) !== undefined
  if (registered) {
    await records.delete(registeredClients, clientId)
    deps.emit({ type: "client.deleted", clientId })
  }
  let unreadable: UnreadableValueError | undefined
  const onUnreadable = (error: UnreadableValueError) => {
    unreadable ??= error
  }
  let ended = 0
  for await (const { value } of records.scan(grants, onUnreadable)) {
    if (value.clientId !== clientId) continue
    const { id: grantId, userId } = value
    ended +=
      grantId === undefined
        ? await endGrantsWith({ userId, clientId }, deps)
        : Number(await endGrant({ grantId, cause: "revoked_by_operator" }, deps))
  }
  if (unreadable) throw unreadable
  return { registered, grants: ended }
}

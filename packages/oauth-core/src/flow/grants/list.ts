import { users } from "../../records/user.ts"
import type { Deps } from "../deps.ts"
import { liveGrant } from "./live-grant.ts"

/** A grant as its user sees it. */
export interface GrantSummary {
  /** The `gid` of its access tokens. */
  readonly id: string
  /** The `client_id` of the client that the person signed in through. */
  readonly clientId: string
  /** The name that the client had then, by its own account. */
  readonly clientName: string | undefined
  /** The scopes of its access tokens, at most. */
  readonly scopes: readonly string[]
  /** The resource server that its access tokens are for. */
  readonly resource: string
  /** When the person signed in, in milliseconds since the epoch. */
  readonly createdAt: number
  /** When it ends if it is not used, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The live grants of a user, newest first. */
export async function listGrants(userId: string, deps: Deps): Promise<readonly GrantSummary[]> {
  const user = await deps.records.get(users, userId)
  const listed = await Promise.all(
    (user?.value.grants ?? []).map(async ({ id }): Promise<GrantSummary[]> => {
      const grant = await liveGrant(id, deps)
      if (!grant) return []
      const { clientId, clientName, scopes, resource, createdAt } = grant.value
      return [{ id, clientId, clientName, scopes, resource, createdAt, expiresAt: grant.expiresAt }]
    }),
  )
  return listed.flat().reverse()
}

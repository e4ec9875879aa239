import { users } from "../../records/user.ts"
import type { Deps } from "../deps.ts"
import { liveGrant } from "./live-grant.ts"

/** A grant as its user sees it. */
export interface GrantSummary {
  id: string
  clientId: string
  clientName: string | undefined
  scopes: readonly string[]
  resource: string
  /** Milliseconds since the epoch. */
  createdAt: number
  expiresAt: number
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

import { OAuthError } from "../../ports/errors.ts"
import type { GrantEndCause } from "../../ports/events.ts"
import { grants } from "../../records/grant.ts"
import { type User, users } from "../../records/user.ts"
import type { Deps } from "../deps.ts"

/**
 * Ends a grant: its refresh token immediately, its access tokens within seconds on every instance, and
 * its upstream tokens if the provider supports that (RFC 7009 §2.1).
 *
 * @returns whether there was a grant to end.
 */
export async function endGrant(
  input: { grantId: string; cause: GrantEndCause },
  deps: Deps,
): Promise<boolean> {
  const ended = await deps.records.take(grants, input.grantId)
  if (!ended) return false
  deps.grantLookup.forget(input.grantId)
  const { clientId, userId, upstream } = ended.value
  deps.emit({ type: "grant.ended", clientId, userId, ...input })
  try {
    if (upstream) await deps.provider.revoke?.(upstream.tokens)
  } catch (error) {
    // The grant has ended here, even if the provider could not be told.
    deps.emit({
      type: "upstream.revocation_failed",
      clientId,
      userId,
      grantId: input.grantId,
      error,
    })
  }
  return true
}

/**
 * Ends one of the user's own grants, unless it has already ended, and forgets the remembered consents
 * for its client.
 *
 * @throws {OAuthError} `invalid_request` if the grant is not theirs.
 */
export async function endOwnGrant(
  input: { userId: string; grantId: string },
  deps: Deps,
): Promise<void> {
  const { userId, grantId } = input
  const grant = await deps.records.get(grants, grantId)
  if (!grant) return
  if (grant.value.userId !== userId) {
    throw new OAuthError("invalid_request", "grant_of_another_user", "That sign-in is not yours.")
  }
  await endGrant({ grantId, cause: "revoked_by_user" }, deps)
  await deps.records.update(users, userId, (current) =>
    current
      ? {
          value: withoutClient(withoutGrants(current.value, [grantId]), grant.value.clientId),
          expiresAt: current.expiresAt,
        }
      : undefined,
  )
}

/** Ends every grant of a user, on behalf of the operator. @returns how many there were. */
export async function endGrantsOf(userId: string, deps: Deps): Promise<number> {
  const user = await deps.records.get(users, userId)
  return endListed(userId, user?.value.grants ?? [], deps)
}

/**
 * Ends every grant that a user has with a client, on behalf of the operator, and forgets the remembered
 * consents for it.
 *
 * @returns how many grants there were.
 */
export async function endGrantsWith(
  input: { userId: string; clientId: string },
  deps: Deps,
): Promise<number> {
  const { userId, clientId } = input
  const user = await deps.records.get(users, userId)
  const listed = (user?.value.grants ?? []).filter((grant) => grant.clientId === clientId)
  return endListed(userId, listed, deps, (current) => withoutClient(current, clientId))
}

async function endListed(
  userId: string,
  listed: User["grants"],
  deps: Deps,
  change: (user: User) => User = (user) => user,
): Promise<number> {
  const ids = listed.map(({ id }) => id)
  const ended = await Promise.all(
    ids.map((grantId) => endGrant({ grantId, cause: "revoked_by_operator" }, deps)),
  )
  await deps.records.update(users, userId, (current) =>
    current
      ? { value: change(withoutGrants(current.value, ids)), expiresAt: current.expiresAt }
      : undefined,
  )
  return ended.filter(Boolean).length
}

const withoutGrants = (user: User, ids: readonly string[]): User => ({
  ...user,
  grants: user.grants.filter(({ id }) => !ids.includes(id)),
})

const withoutClient = (user: User, id: string): User => ({
  ...user,
  consents: user.consents.filter(({ clientId }) => clientId !== id),
})

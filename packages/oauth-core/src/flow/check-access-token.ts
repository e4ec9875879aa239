import { TokenError, type TokenVerifier } from "@doorward/jwt-verifier"
import type { GrantedToken } from "../oauth-proxy.ts"
import type { Grant } from "../records/grant.ts"
import { StoreUnavailableError } from "../store.ts"
import { UnreadableValueError } from "../tokens/seal.ts"
import type { Deps } from "./deps.ts"
import { liveGrant } from "./live-grant.ts"
import { upstreamToken } from "./upstream-token.ts"

/** A grant seen alive counts as alive for this long, in milliseconds: a revocation holds within it. */
const aliveFor = 5000
const rememberedMax = 10_000

/** Finds out whether a grant is alive, and what it says now. */
export type GrantLookup = (grantId: string) => Promise<Grant | undefined>

/**
 * Looks grants up in the store, with a memory of at most 5 seconds counted from before the read. Calls
 * for one grant share one read.
 */
export function createGrantLookup(deps: Pick<Deps, "records" | "settings" | "now">): GrantLookup {
  const remembered = new Map<string, { until: number; grant: Promise<Grant | undefined> }>()

  return (grantId) => {
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
  }
}

/**
 * Checks an access token of ours at a resource server: its signature and claims, and that its grant is
 * alive.
 *
 * @throws {TokenError}
 */
export async function checkAccessToken(
  input: { token: string; verifier: TokenVerifier; lookup: GrantLookup },
  deps: Deps,
): Promise<GrantedToken> {
  const verified = await input.verifier.verify(input.token)
  const { gid, client_id: clientId } = verified.claims
  if (typeof gid !== "string" || typeof clientId !== "string") {
    throw new TokenError("missing_claim", "The token is not one of this server's access tokens.")
  }
  const grant = await aliveGrant(gid, input.lookup)
  const { challenge } = grant.upstream
  if (challenge !== undefined) {
    throw new TokenError(
      "insufficient_claims",
      "The sign-in does not meet a policy of the organization. Sign in again.",
      { claims: challenge },
    )
  }
  return {
    ...verified,
    clientId,
    ...(grant.clientName === undefined ? {} : { clientName: grant.clientName }),
    scopes: verified.scopes.filter((scope) => grant.scopes.includes(scope)),
    identity: grant.identity,
    upstreamToken: (scopes) => upstreamToken({ grantId: gid, scopes }, deps),
  }
}

async function aliveGrant(grantId: string, lookup: GrantLookup): Promise<Grant> {
  try {
    const grant = await lookup(grantId)
    if (grant) return grant
  } catch (cause) {
    if (cause instanceof StoreUnavailableError || cause instanceof UnreadableValueError) {
      throw new TokenError("unavailable", "The token could not be checked. Try again later.", {
        cause,
      })
    }
    throw cause
  }
  throw new TokenError("inactive", "The token was revoked, or its sign-in is over. Sign in again.")
}

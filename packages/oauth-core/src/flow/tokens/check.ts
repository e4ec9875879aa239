import { TokenError, type TokenVerifier } from "@doorward/jwt-verifier"
import type { GrantedToken } from "../../ports/granted-token.ts"
import { IdentityProviderError } from "../../ports/identity-provider.ts"
import { StoreUnavailableError } from "../../ports/store.ts"
import type { Grant } from "../../records/grant.ts"
import { UnreadableValueError } from "../../tokens/seal.ts"
import type { Deps } from "../deps.ts"
import { keepClaimsChallenge } from "../upstream/claims-challenge.ts"
import { upstreamToken } from "../upstream/token.ts"
import { expectStepUp } from "./step-up.ts"

/**
 * Checks one of our access tokens at a resource server: its signature and claims, and that its grant is
 * active.
 *
 * @throws {TokenError} if the token is not valid or cannot be checked.
 */
export async function checkAccessToken(
  input: { token: string; verifier: TokenVerifier },
  deps: Deps,
): Promise<GrantedToken> {
  const verified = await input.verifier.verify(input.token)
  const { gid, client_id: clientId } = verified.claims
  if (typeof gid !== "string" || typeof clientId !== "string") {
    throw new TokenError("missing_claim", "The token is not an access token of this server.")
  }
  const grant = await activeGrant(gid, deps)
  if (!grant) {
    throw new TokenError(
      "inactive",
      "The token was revoked, or its sign-in has ended. Sign in again.",
    )
  }
  const challenge = grant.upstream?.challenge
  if (challenge !== undefined) {
    throw new TokenError(
      "insufficient_claims",
      "The organization's policy requires a new sign-in. Sign in again.",
      { claims: challenge },
    )
  }
  return {
    ...verified,
    clientId,
    ...(grant.clientName === undefined ? {} : { clientName: grant.clientName }),
    scopes: verified.scopes.filter((scope) => grant.scopes.includes(scope)),
    identity: grant.identity,
    principal: { type: grant.principal, identity: grant.identity },
    isActive: async () => (await activeGrant(gid, deps)) !== undefined,
    async upstreamToken(scopes) {
      if (!grant.upstream) throw noSignIn()
      return upstreamToken({ grantId: gid, clientId, userId: grant.userId, scopes }, deps)
    },
    async requireScopes(scopes) {
      const isGranted = scopes.every((scope) => grant.scopes.includes(scope))
      if (grant.refresh && !isGranted) await expectStepUp(gid, deps)
    },
    async requireClaims(challenge) {
      if (grant.upstream) await keepClaimsChallenge(gid, challenge, deps)
    },
  }
}

const noSignIn = () =>
  new IdentityProviderError(
    "denied",
    "no_sign_in",
    "Nobody signed in for this token, so there is no token of the sign-in service behind it.",
  )

async function activeGrant(grantId: string, deps: Deps): Promise<Grant | undefined> {
  try {
    return await deps.grantLookup.find(grantId)
  } catch (cause) {
    if (cause instanceof StoreUnavailableError || cause instanceof UnreadableValueError) {
      throw new TokenError("unavailable", "The token could not be checked. Try again later.", {
        cause,
      })
    }
    throw cause
  }
}

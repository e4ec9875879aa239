import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { IdentityProviderError } from "../../ports/identity-provider.ts"
import { checkGrantedResource } from "../../protocol/resource.ts"
import { narrowScopes } from "../../protocol/scope.ts"
import type { RefreshTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import { grants, isSignIn, type SignInGrant, signInGrants } from "../../records/grant.ts"
import type { Stored } from "../../records/record-store.ts"
import { isGenuine, parseRefreshToken, type RefreshTokenParts } from "../../tokens/refresh-token.ts"
import { renewClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../grants/end-grants.ts"
import { asOAuthError } from "../upstream/failure.ts"
import { refreshUpstream } from "../upstream/refresh.ts"
import { grantExpiry, issueTokens, otherKey, refreshKeyOf } from "./issue.ts"
import { isStepUpExpected } from "./step-up.ts"

/** How long the previous token still gets the same successor, in milliseconds. */
const rotationGrace = 30 * 1000
/** A sign-in that was confirmed upstream this recently is not confirmed again. Milliseconds. */
const confirmedFor = 5 * 60 * 1000

/**
 * Redeems a refresh token and rotates it (OAuth 2.1 §4.3).
 *
 * Before anything is issued, the sign-in is confirmed upstream, unless that happened recently. For 30
 * seconds the previous token gets the same successor again, because clients refresh twice at the same
 * time and replies get lost. An older token ends the grant (§4.3.1).
 *
 * @throws {OAuthError} `invalid_grant`; `invalid_scope` or `invalid_target` for something that was not
 * granted; `temporarily_unavailable` if the provider cannot be reached, in which case nothing changes.
 */
export async function refreshTokens(
  input: { request: RefreshTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client, jkt } = input
  const token = parseRefreshToken(request.refreshToken)
  if (!token) throw invalid("refresh_token_malformed")
  const found = await deps.records.get(grants, token.grantId)
  if (!isSignIn(found) || !found.value.active) throw invalid("grant_ended")
  if (found.value.clientId !== client.id) throw invalid("refresh_token_of_another_client")
  if (!(await isGenuine(found.value.refresh.key, token))) throw invalid("refresh_token_forged")
  if (deps.dpop && found.value.jkt !== undefined && found.value.jkt !== jkt) throw otherKey()
  checkGrantedResource(request.resources, found.value.resource)
  const wanted = narrowScopes(request.scope, found.value.scopes)
  if (!isUsable(token, found.value, deps)) return reused(token, deps)
  // Only a new sign-in can answer a claims challenge; refreshing would postpone it forever.
  if (found.value.upstream.challenge !== undefined) throw invalid("upstream_interaction_required")

  if (isStepUpExpected(found.value, deps)) throw invalid("scope_needs_sign_in")

  const confirmed = await confirm(token, deps)
  const { grant, repeated } = await rotate(
    token,
    confirmed,
    { jkt, key: refreshKeyOf(client, jkt) },
    deps,
  )
  await renewClient(client, deps)
  deps.emit({
    type: repeated ? "token.refresh_repeated" : "token.refreshed",
    clientId: client.id,
    userId: grant.userId,
    grantId: token.grantId,
  })
  // Scopes that the provider no longer grants are dropped.
  const scopes = wanted.filter((scope) => grant.scopes.includes(scope))
  return issueTokens({ grantId: token.grantId, grant, scopes, jkt }, deps)
}

async function confirm({ grantId }: RefreshTokenParts, deps: Deps): Promise<Stored<SignInGrant>> {
  const isFresh = ({ upstream }: SignInGrant) => deps.now() - upstream.refreshedAt < confirmedFor
  try {
    const confirmed = await refreshUpstream({ grantId, isFresh }, deps)
    if (confirmed) return confirmed
  } catch (error) {
    throw error instanceof IdentityProviderError ? asOAuthError(error, "atToken") : error
  }
  throw invalid("grant_ended")
}

/** Whether the token is the current one, or the previous one within its grace period. */
function isUsable(token: RefreshTokenParts, { refresh }: SignInGrant, deps: Deps): boolean {
  if (token.counter === refresh.counter) return true
  const inGrace = deps.now() < refresh.rotatedAt + rotationGrace
  return token.counter === refresh.counter - 1 && inGrace
}

/** Moves the grant to the next token. Concurrent requests with the same token move it only once. */
async function rotate(
  token: RefreshTokenParts,
  confirmed: Stored<SignInGrant>,
  /** The key that the request proved, and the one to bind the next token to. */
  { jkt, key }: { jkt: string | undefined; key: string | undefined },
  deps: Deps,
): Promise<{ grant: SignInGrant; repeated: boolean }> {
  let current: Stored<SignInGrant> | undefined = confirmed
  while (current) {
    const { value } = current
    if (!isUsable(token, value, deps)) return reused(token, deps)
    // Another request may have bound the token in the meantime.
    if (deps.dpop && value.jkt !== undefined && value.jkt !== jkt) throw otherKey()
    const repeated = token.counter !== value.refresh.counter
    const bound = value.jkt ?? key
    if (repeated && bound === value.jkt) return { grant: value, repeated }
    const { refresh } = value
    const next: SignInGrant = {
      ...value,
      ...(bound === undefined ? {} : { jkt: bound }),
      refresh: repeated
        ? refresh
        : { ...refresh, counter: refresh.counter + 1, rotatedAt: deps.now() },
    }
    const expiresAt = grantExpiry(value, deps)
    const rotated = await deps.records.swap(signInGrants, token.grantId, current, next, expiresAt)
    if (rotated) return { grant: rotated.value, repeated }
    current = await deps.records.get(signInGrants, token.grantId)
  }
  throw invalid("grant_ended")
}

async function reused(token: RefreshTokenParts, deps: Deps): Promise<never> {
  await endGrant({ grantId: token.grantId, cause: "refresh_token_reused" }, deps)
  throw invalid("refresh_token_reused")
}

const invalid = (
  reason:
    | "grant_ended"
    | "refresh_token_malformed"
    | "refresh_token_forged"
    | "refresh_token_of_another_client"
    | "refresh_token_reused"
    | "scope_needs_sign_in"
    | "upstream_interaction_required",
): OAuthError =>
  new OAuthError(
    "invalid_grant",
    reason,
    "The refresh token is unknown, expired, revoked or already used. Sign in again.",
  )

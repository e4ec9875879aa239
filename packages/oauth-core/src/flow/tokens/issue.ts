import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { checkGrantedResource } from "../../protocol/resource.ts"
import { buildTokenResponse, type TokenResponse } from "../../protocol/token-response.ts"
import { type SignInGrant, signInGrants } from "../../records/grant.ts"
import { refreshToken } from "../../tokens/refresh-token.ts"
import type { Deps } from "../deps.ts"

/** Creates an access token and the current refresh token of a sign-in (OAuth 2.1 §3.2.3). */
export async function issueTokens(
  input: {
    grantId: string
    grant: SignInGrant
    scopes: readonly string[]
    /** The key that the request proved, if any (RFC 9449 §5). */
    jkt: string | undefined
  },
  deps: Deps,
): Promise<TokenResponse> {
  const { grantId, grant, scopes, jkt } = input
  const { token, lifetime } = await deps.accessTokens.issue({
    subject: grant.userId,
    resource: grant.resource,
    clientId: grant.clientId,
    scopes,
    grantId,
    jkt,
  })
  return buildTokenResponse({
    accessToken: token,
    lifetime,
    refreshToken: await refreshToken(grant.refresh.key, grantId, grant.refresh.counter),
    scopes,
    jkt,
  })
}

/**
 * Marks a grant as active and extends its life from that of its code to its own.
 *
 * @param input.jkt the key that its refresh tokens are bound to.
 * @returns `undefined` if it has ended.
 * @throws {OAuthError} `invalid_target` if it is for another resource.
 */
export async function activateGrant(
  grantId: string,
  input: { resources: readonly string[]; jkt?: string | undefined },
  deps: Deps,
): Promise<SignInGrant | undefined> {
  const grant = await deps.records.update(signInGrants, grantId, (current) => {
    if (!current) return undefined
    checkGrantedResource(input.resources, current.value.resource)
    const { active, jkt } = current.value
    // A request that failed after this may come again, with a key that it had not before.
    const bound = input.jkt ?? jkt
    if (active && bound === jkt) return undefined
    return {
      value: { ...current.value, active: true, ...(bound === undefined ? {} : { jkt: bound }) },
      expiresAt: grantExpiry(current.value, deps),
    }
  })
  return grant?.value
}

/**
 * The key that refresh tokens are bound to: that of a public client, which has no other way to prove itself
 * (RFC 9449 §5).
 */
export const refreshKeyOf = (
  { authenticationMethod }: Client,
  jkt: string | undefined,
): string | undefined => (authenticationMethod === "none" ? jkt : undefined)

/** The error for a proof by another key than the one that a code or a refresh token is bound to. */
export const otherKey = (): OAuthError =>
  new OAuthError(
    "invalid_grant",
    "dpop_key_mismatch",
    "This is bound to a key. Send a DPoP proof that is signed with it.",
  )

/** When a grant that is used now expires: after its idle lifetime, but no later than its age limit. */
export const grantExpiry = (grant: SignInGrant, deps: Deps): number =>
  Math.min(
    deps.now() + deps.settings.lifetimes.grantIdle,
    grant.createdAt + deps.settings.lifetimes.grant,
  )

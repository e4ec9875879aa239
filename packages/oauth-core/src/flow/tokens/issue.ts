import { checkGrantedResource } from "../../protocol/resource.ts"
import { buildTokenResponse, type TokenResponse } from "../../protocol/token-response.ts"
import { type SignInGrant, signInGrants } from "../../records/grant.ts"
import { refreshToken } from "../../tokens/refresh-token.ts"
import type { Deps } from "../deps.ts"

/** Creates an access token and the current refresh token of a sign-in (OAuth 2.1 §3.2.3). */
export async function issueTokens(
  input: { grantId: string; grant: SignInGrant; scopes: readonly string[] },
  deps: Deps,
): Promise<TokenResponse> {
  const { grantId, grant, scopes } = input
  const { token, lifetime } = await deps.accessTokens.issue({
    subject: grant.userId,
    resource: grant.resource,
    clientId: grant.clientId,
    scopes,
    grantId,
  })
  return buildTokenResponse({
    accessToken: token,
    lifetime,
    refreshToken: await refreshToken(grant.refresh.key, grantId, grant.refresh.counter),
    scopes,
  })
}

/**
 * Marks a grant as active and extends its life from that of its code to its own.
 *
 * @returns `undefined` if it has ended.
 * @throws {OAuthError} `invalid_target` if it is for another resource.
 */
export async function activateGrant(
  grantId: string,
  resources: readonly string[],
  deps: Deps,
): Promise<SignInGrant | undefined> {
  const grant = await deps.records.update(signInGrants, grantId, (current) => {
    if (!current) return undefined
    checkGrantedResource(resources, current.value.resource)
    return current.value.active
      ? undefined
      : {
          value: { ...current.value, active: true },
          expiresAt: grantExpiry(current.value, deps),
        }
  })
  return grant?.value
}

/** When a grant that is used now expires: after its idle lifetime, but no later than its age limit. */
export const grantExpiry = (grant: SignInGrant, deps: Deps): number =>
  Math.min(
    deps.now() + deps.settings.lifetimes.grantIdle,
    grant.createdAt + deps.settings.lifetimes.grant,
  )

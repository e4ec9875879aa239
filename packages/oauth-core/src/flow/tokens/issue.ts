import { buildTokenResponse, type TokenResponse } from "../../protocol/token-response.ts"
import type { SignInGrant } from "../../records/grant.ts"
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

/** When a grant that is used now expires: after its idle lifetime, but no later than its age limit. */
export const grantExpiry = (grant: SignInGrant, deps: Deps): number =>
  Math.min(
    deps.now() + deps.settings.lifetimes.grantIdle,
    grant.createdAt + deps.settings.lifetimes.grant,
  )

import {
  type IdentityProvider,
  IdentityProviderError,
  type UpstreamTokens,
} from "@doorward/oauth-core"
import type { UpstreamClient } from "@doorward/upstream-client"

type Refresh = IdentityProvider["refresh"]
type TokenFor = NonNullable<IdentityProvider["tokenFor"]>

/** How long a token must still be valid to be handed out, in milliseconds. */
const margin = 60_000

/**
 * Hands out the access token of the sign-in itself, refreshed if it is about to expire, for scopes that
 * it was granted. A generic provider has no standard way to get a token for another resource.
 */
export function ownToken(refresh: Refresh, now: () => number): TokenFor {
  return async (tokens, scopes, signal) => {
    const missing = scopes.filter((scope) => !tokens.scopes.includes(scope))
    if (missing.length > 0) {
      throw new IdentityProviderError(
        "operator",
        "scope_not_granted",
        `The sign-in does not include ${missing.join(" ")}. Add it to the scopes option.`,
      )
    }
    const current =
      tokens.expiresAt > now() + margin
        ? tokens
        : (await refresh(tokens, tokens.scopes, signal)).tokens
    const { accessToken, expiresAt, scopes: granted } = current
    return { token: { accessToken, expiresAt, scopes: granted }, tokens: current }
  }
}

/** Revokes the refresh token (RFC 7009 §2), with which most providers end the access token too. */
export async function revokeTokens(client: UpstreamClient, tokens: UpstreamTokens): Promise<void> {
  if (tokens.refreshToken !== undefined) await client.revoke(tokens.refreshToken, "refresh_token")
  else await client.revoke(tokens.accessToken, "access_token")
}

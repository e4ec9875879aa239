import {
  type IdentityProvider,
  IdentityProviderError,
  type UpstreamTokens,
} from "@doorward/oauth-core"
import type { UpstreamClient } from "./upstream/index.ts"

type Refresh = IdentityProvider["refresh"]
type TokenFor = NonNullable<IdentityProvider["tokenFor"]>

/** Milliseconds that a token must still be good for. */
const margin = 60_000

/**
 * Hands the token of the sign-in itself to whoever asks for no more than it was granted; renewed if it
 * is about to expire. A general provider has no way to another resource.
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

/** Ends the tokens at the provider (RFC 7009): the refresh token, with which most end the rest. */
export async function revokeTokens(client: UpstreamClient, tokens: UpstreamTokens): Promise<void> {
  if (tokens.refreshToken !== undefined) await client.revoke(tokens.refreshToken, "refresh_token")
  else await client.revoke(tokens.accessToken, "access_token")
}

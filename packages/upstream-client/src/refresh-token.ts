import { IdentityProviderError, type UpstreamTokens } from "@doorward/oauth-core"

/**
 * The refresh token of a sign-in.
 *
 * @throws {IdentityProviderError} `sign_in_required` if the provider issued no refresh token.
 */
export function refreshTokenOf({ refreshToken }: UpstreamTokens): string {
  if (refreshToken !== undefined) return refreshToken
  throw new IdentityProviderError(
    "sign_in_required",
    "no_refresh_token",
    "The sign-in at the identity provider can't be continued. Sign in again.",
  )
}

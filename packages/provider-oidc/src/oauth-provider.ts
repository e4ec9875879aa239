import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { IdentityProvider, SignIn } from "@doorward/oauth-core"
import { z } from "zod"
import { checkSecret, clientFields, secretAuthentication } from "./client-options.ts"
import { identityOf } from "./identity.ts"
import { ownToken, revokeTokens } from "./own-token.ts"
import { hintParameters } from "./sign-in-hints.ts"
import {
  parseOptions,
  refreshTokenOf,
  secureUrl,
  type UpstreamTokenResponse,
  upstreamClient,
  verifyIssued,
} from "./upstream/index.ts"

const schema = z
  .strictObject({
    authorizationEndpoint: secureUrl,
    tokenEndpoint: secureUrl,
    /** Where tokens are revoked (RFC 7009). Default: none, and ended grants live on upstream. */
    revocationEndpoint: secureUrl.optional(),
    /** Verifies the provider's access tokens: who signed in is read from them. */
    tokenVerifier: z.custom<TokenVerifier>(
      (value) => typeof value === "object" && value !== null && "verify" in value,
      "must be a TokenVerifier, such as jwtVerifier({ … }) or introspectionVerifier({ … })",
    ),
    ...clientFields,
  })
  .superRefine(checkSecret)

export type OAuthProviderOptions = z.input<typeof schema>

/**
 * Any OAuth 2.0 authorization server as the identity provider of an OAuth proxy: who signed in is read
 * from its access token, verified.
 *
 * @throws {ProviderOptionsError} that names each wrong option and its mend.
 */
export function oauthProvider(options: OAuthProviderOptions): Required<IdentityProvider> {
  const settings = parseOptions("oauthProvider", schema, options)
  const { clientId, fetch, now, timeout, tokenVerifier, revocationEndpoint } = settings
  const { origin, host } = new URL(settings.authorizationEndpoint)
  const client = upstreamClient({
    server: {
      issuer: origin,
      authorization_endpoint: settings.authorizationEndpoint,
      token_endpoint: settings.tokenEndpoint,
      ...(revocationEndpoint === undefined ? {} : { revocation_endpoint: revocationEndpoint }),
    },
    openid: false,
    checkCallbackIssuer: false,
    clientId,
    authentication: secretAuthentication(settings, undefined),
    fetch,
    now,
    timeout,
  })

  async function readSignIn(
    response: UpstreamTokenResponse,
    scopes: readonly string[],
  ): Promise<SignIn> {
    const { accessToken, refreshToken } = response
    const verified = await verifyIssued(tokenVerifier, accessToken, "access_token")
    const stated = response.scope?.split(" ").filter(Boolean) ?? verified.scopes
    const granted = stated.length > 0 ? stated : scopes
    return {
      identity: identityOf(verified.issuer, verified.subject, verified.claims),
      scopes: scopes.filter((scope) => granted.includes(scope)),
      tokens: {
        accessToken,
        expiresAt: verified.expiresAt * 1000,
        scopes: granted,
        ...(refreshToken === undefined ? {} : { refreshToken }),
      },
    }
  }

  const refresh: IdentityProvider["refresh"] = async (tokens, scopes, signal) => {
    const refreshToken = refreshTokenOf(tokens)
    const response = await client.refresh(refreshToken, {}, signal)
    return readSignIn({ refreshToken, ...response }, scopes)
  }

  return {
    name: settings.name ?? host,
    scopes: settings.scopes,
    permissions: (scopes) => scopes,

    authorizationUrl(request) {
      const parameters = hintParameters(request.hints, settings.authorizeParameters)
      return client.authorizationUrl(request, request.scopes, parameters)
    },

    async redeem(callback, request) {
      return readSignIn(await client.redeem(callback, request), request.scopes)
    },

    refresh,
    tokenFor: ownToken(refresh, now),

    async revoke(tokens) {
      if (revocationEndpoint !== undefined) await revokeTokens(client, tokens)
    },
  }
}

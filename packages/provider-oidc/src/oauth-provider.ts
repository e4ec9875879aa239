import {
  despiteOtherProblems,
  type OptionFields,
  objectOption,
  readOptions,
} from "@doorward/boundary"
import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { IdentityProvider, SignIn } from "@doorward/oauth-core"
import {
  refreshTokenOf,
  secureUrl,
  signInParameters,
  type UpstreamTokenResponse,
  upstreamClient,
  verifyIssued,
} from "@doorward/upstream-client"
import { z } from "zod"
import {
  type ClientOptions,
  checkSecret,
  clientFields,
  secretAuthentication,
} from "./client-options.ts"
import { identityOf } from "./identity.ts"
import { ownToken, revokeTokens } from "./own-token.ts"
import { signInHintRules } from "./sign-in-hints.ts"

/** Options of {@link oauthProvider}. */
export interface OAuthProviderOptions extends ClientOptions {
  /** Where people sign in (RFC 6749 §3.1): an https URL, or http on localhost. A query in it is kept. */
  authorizationEndpoint: string
  /** Where tokens are issued (RFC 6749 §3.2): an https URL, or http on localhost. */
  tokenEndpoint: string
  /**
   * Where tokens are revoked (RFC 7009 §2): an https URL, or http on localhost. Default: none, and the
   * provider's tokens stay valid after a grant has ended.
   */
  revocationEndpoint?: string | undefined
  /** Verifies the provider's access tokens; who signed in is read from them. */
  tokenVerifier: TokenVerifier
}

const schema = z
  .strictObject({
    authorizationEndpoint: secureUrl,
    tokenEndpoint: secureUrl,
    revocationEndpoint: secureUrl.optional(),
    tokenVerifier: objectOption<TokenVerifier>(
      "must be a TokenVerifier, such as jwtVerifier({ … }) or introspectionVerifier({ … })",
      "verify",
    ),
    ...clientFields,
  } satisfies OptionFields<OAuthProviderOptions>)
  .superRefine(checkSecret, despiteOtherProblems)

/**
 * Makes any OAuth 2.0 authorization server the identity provider of an OAuth proxy. Who signed in is
 * read from its access token, once that is verified.
 *
 * @throws {ConfigurationError} with every mistake in the options at once.
 * @example
 * const provider = oauthProvider({
 *   authorizationEndpoint: "https://auth.example.com/authorize",
 *   tokenEndpoint: "https://auth.example.com/token",
 *   clientId: "mcp",
 *   clientSecret: "the client's secret",
 *   scopes: ["tools.read"],
 *   tokenVerifier: jwtVerifier({ issuer: "https://auth.example.com", audience: "https://api.example.com" }),
 * })
 */
export function oauthProvider(options: OAuthProviderOptions): Required<IdentityProvider> {
  const settings = readOptions("oauthProvider", schema, options)
  const { clientId, fetch, now, timeoutMilliseconds, tokenVerifier, revocationEndpoint } = settings
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
    timeoutMilliseconds,
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
      const { hints, scopes } = request
      const parameters = signInParameters(hints, settings.authorizeParameters, signInHintRules)
      return client.authorizationUrl(request, scopes, parameters)
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

import { IdentityProviderError, type UpstreamAuthorization } from "@doorward/oauth-core"
import * as oauth from "oauth4webapi"
import { readAuthorizationResponse } from "./authorization-response.ts"
import { explainRefusal } from "./refusal.ts"
import {
  readTokenResponse,
  refusedResponse,
  type TokenResponseRules,
  type UpstreamTokenResponse,
} from "./token-response.ts"
import { unusableResponse } from "./unusable-response.ts"
import type { UpstreamClientOptions } from "./upstream-client-options.ts"
import { upstreamFetch } from "./upstream-fetch.ts"

type Parameters = Readonly<Record<string, string>>

/** Claims of the UserInfo endpoint (OIDC Core §5.3.2). */
export type UserInfoClaims = Readonly<Record<string, unknown>> & {
  /** Who the claims are about. */
  readonly sub: string
}

/** An OAuth 2.1 client of one authorization server. Every failure is an {@link IdentityProviderError}. */
export interface UpstreamClient {
  /** The URL of an authorization request, with the S256 challenge of its `codeVerifier` (RFC 7636 §4.3). */
  authorizationUrl(
    request: UpstreamAuthorization,
    scopes: readonly string[],
    parameters?: Parameters,
  ): Promise<URL>
  /** Checks the authorization response and redeems its code. */
  redeem(
    callback: URLSearchParams,
    request: UpstreamAuthorization,
    parameters?: Parameters,
  ): Promise<UpstreamTokenResponse>
  /** Redeems a refresh token (RFC 6749 §6). */
  refresh(
    refreshToken: string,
    parameters?: Parameters,
    signal?: AbortSignal,
  ): Promise<UpstreamTokenResponse>
  /** Requests tokens with any other grant type (RFC 6749 §4.5). */
  grant(
    grantType: string,
    parameters: Parameters,
    signal?: AbortSignal,
  ): Promise<UpstreamTokenResponse>
  /**
   * Asks the UserInfo endpoint who a token belongs to (OIDC Core §5.3).
   *
   * @param subject the `sub` that the claims must have; `undefined` accepts any.
   */
  userinfo(
    accessToken: string,
    subject: string | undefined,
    signal?: AbortSignal,
  ): Promise<UserInfoClaims>
  /** Revokes a token (RFC 7009 §2). */
  revoke(token: string, hint: "access_token" | "refresh_token"): Promise<void>
}

/**
 * Makes a client of one authorization server.
 *
 * @example
 * const client = upstreamClient({ server, clientId: "mcp", authentication: ClientSecretBasic(secret) })
 * const url = await client.authorizationUrl(request, ["openid", ...request.scopes])
 */
export function upstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { server, authentication: auth, clientId, fetch, timeoutMilliseconds } = options
  const now = options.now ?? Date.now
  const explain = options.explain ?? explainRefusal
  const openid = options.openid ?? true
  const rules: TokenResponseRules = {
    server,
    openid,
    expectedIssuer: options.expectedIssuer,
    explain,
    now,
  }

  /** Makes oauth4webapi, which reads the system clock, see the injected one. */
  const client = (): oauth.Client => ({
    client_id: clientId,
    [oauth.clockSkew]: (now() - Date.now()) / 1000,
  })

  const call = (signal: AbortSignal | undefined) => ({
    [oauth.allowInsecureRequests]: true, // the options of providers allow http on loopback only
    [oauth.customFetch]: (
      url: string,
      { body, ...init }: oauth.CustomFetchOptions<string, unknown>,
    ) =>
      upstreamFetch(url, body instanceof URLSearchParams ? { ...init, body } : init, {
        fetch,
        timeoutMilliseconds,
        now,
        signal,
      }),
  })

  return {
    async authorizationUrl({ state, nonce, redirectUri, codeVerifier }, scopes, parameters = {}) {
      const url = new URL(required(server, "authorization_endpoint"))
      const query: Parameters = {
        ...parameters,
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        ...(scopes.length > 0 ? { scope: scopes.join(" ") } : {}),
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        ...(openid ? { nonce } : {}),
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return url
    },

    async redeem(callback, { state, nonce, redirectUri, codeVerifier }, additionalParameters = {}) {
      const parameters = new URLSearchParams(callback)
      if (options.checkCallbackIssuer === false) parameters.delete("iss")
      const answer = readAuthorizationResponse(parameters, server, client(), state, explain)
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client(),
        auth,
        answer,
        redirectUri,
        codeVerifier,
        { ...call(undefined), additionalParameters },
      )
      const expectation = openid ? { expectedNonce: nonce, requireIdToken: true } : {}
      return readTokenResponse(response, rules, (as, body) =>
        oauth.processAuthorizationCodeResponse(as, client(), body, expectation),
      )
    },

    async refresh(refreshToken, additionalParameters = {}, signal) {
      const response = await oauth.refreshTokenGrantRequest(server, client(), auth, refreshToken, {
        ...call(signal),
        additionalParameters,
      })
      return readTokenResponse(response, rules, (as, body) =>
        oauth.processRefreshTokenResponse(as, client(), body),
      )
    },

    async grant(grantType, parameters, signal) {
      const response = await oauth.genericTokenEndpointRequest(
        server,
        client(),
        auth,
        grantType,
        parameters,
        call(signal),
      )
      return readTokenResponse(response, rules, (as, body) =>
        oauth.processGenericTokenEndpointResponse(as, client(), body),
      )
    },

    async userinfo(accessToken, subject, signal) {
      required(server, "userinfo_endpoint")
      const response = await oauth.userInfoRequest(server, client(), accessToken, call(signal))
      if (response.status !== 200) throw await refusedResponse(response, explain)
      const expected = subject ?? oauth.skipSubjectCheck
      return oauth
        .processUserInfoResponse(server, client(), expected, response)
        .catch((error: unknown) => Promise.reject(unusableResponse(error)))
    },

    async revoke(token, hint) {
      required(server, "revocation_endpoint")
      const response = await oauth.revocationRequest(server, client(), auth, token, {
        ...call(undefined),
        additionalParameters: { token_type_hint: hint },
      })
      if (response.status !== 200) throw await refusedResponse(response, explain)
    },
  }
}

function required(
  server: oauth.AuthorizationServer,
  name: "authorization_endpoint" | "userinfo_endpoint" | "revocation_endpoint",
): string {
  const endpoint = server[name]
  if (endpoint !== undefined) return endpoint
  throw new IdentityProviderError(
    "operator",
    "missing_endpoint",
    `The identity provider's metadata has no ${name}.`,
  )
}

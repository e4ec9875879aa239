import type { FetchFunction } from "@doorward/jwt-verifier"
import { IdentityProviderError, type UpstreamAuthorization } from "@doorward/oauth-core"
import { decodeJwt, type JWTPayload } from "jose"
import * as oauth from "oauth4webapi"
import { type ExplainRefusal, explainRefusal } from "./refusal.ts"
import { unusableResponse, withoutTokens } from "./unusable-response.ts"
import { type UpstreamFetchOptions, upstreamFetch } from "./upstream-fetch.ts"

/** What an OAuth client needs to know of its authorization server, and of itself. */
export interface UpstreamClientOptions {
  server: oauth.AuthorizationServer
  clientId: string
  authentication: oauth.ClientAuth
  /**
   * Whether the server is an OpenID provider. If not, an id_token in its answers is ignored.
   * Default: true.
   */
  openid?: boolean
  /**
   * The issuer that an id_token must carry, from its claims as yet unverified, where one server issues
   * for many tenants. Default: the server's `issuer`.
   */
  expectedIssuer?: (unverified: JWTPayload) => string | Promise<string>
  /** What a refusal of this server means. Default: {@link explainRefusal}. */
  explain?: ExplainRefusal
  fetch?: FetchFunction | undefined
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
  /** Milliseconds for a call. Default: 10 000. */
  timeout?: number | undefined
}

/** A token response (RFC 6749 §5.1, OIDC Core §3.1.3.3), its shape and its id_token's claims checked. */
export interface UpstreamTokenResponse {
  accessToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  refreshToken?: string
  /** As the server sent it; absent means "as requested". */
  scope?: string
  /** Claims compared; the signature is for the caller to verify. */
  idToken?: string
}

type Parameters = Readonly<Record<string, string>>

/** The client side of OAuth 2.1 towards one authorization server. Every failure is an {@link IdentityProviderError}. */
export interface UpstreamClient {
  /** The authorization request with the S256 challenge of `codeVerifier` (RFC 7636 §4.3). */
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
  refresh(
    refreshToken: string,
    parameters?: Parameters,
    signal?: AbortSignal,
  ): Promise<UpstreamTokenResponse>
  /** Any other grant (RFC 6749 §4.5). */
  grant(
    grantType: string,
    parameters: Parameters,
    signal?: AbortSignal,
  ): Promise<UpstreamTokenResponse>
  /** RFC 7009. */
  revoke(token: string, hint: "access_token" | "refresh_token"): Promise<void>
}

/** Seconds that an access token lives if the server does not say. */
const lifetimeUnsaid = 300

export function upstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { server, authentication } = options
  const openid = options.openid ?? true
  const now = options.now ?? Date.now
  const explain = options.explain ?? explainRefusal

  /** Carries the injected clock to oauth4webapi, which reads the system's. */
  const client = (): oauth.Client => ({
    client_id: options.clientId,
    [oauth.clockSkew]: (now() - Date.now()) / 1000,
  })

  const request = (parameters: Parameters, signal: AbortSignal | undefined) => ({
    additionalParameters: parameters,
    [oauth.allowInsecureRequests]: true, // the provider's options refuse http except on loopback
    [oauth.customFetch]: (url: string, init: RequestInit) => {
      const limits: UpstreamFetchOptions = {
        fetch: options.fetch,
        timeout: options.timeout,
        now,
        signal,
      }
      return upstreamFetch(url, init, limits)
    },
  })

  const refused = async (response: Response): Promise<IdentityProviderError> => {
    const text = await response.text()
    const { error, error_description, ...parameters } = jsonObject(text) ?? {}
    if (typeof error !== "string" || response.status < 400) {
      return new IdentityProviderError(
        "operator",
        `http_${response.status}`,
        "The identity provider's endpoint did not answer as an OAuth endpoint does. Check its address.",
        { cause: new Error(`HTTP ${response.status}: ${text.slice(0, 2000)}`) },
      )
    }
    const description = typeof error_description === "string" ? error_description : ""
    return explain({ error, description, parameters, status: response.status })
  }

  const tokens = async (
    response: Response,
    process: (
      server: oauth.AuthorizationServer,
      response: Response,
    ) => Promise<oauth.TokenEndpointResponse>,
  ): Promise<UpstreamTokenResponse> => {
    if (response.status !== 200) throw await refused(response)
    const received = now()
    const body = jsonObject(await response.text()) ?? {}
    if (!openid) delete body.id_token
    try {
      const issuer = await issuerFor(body.id_token)
      const result = await process({ ...server, issuer }, Response.json(body))
      return {
        accessToken: result.access_token,
        expiresAt: received + (result.expires_in ?? lifetimeUnsaid) * 1000,
        ...(result.refresh_token === undefined ? {} : { refreshToken: result.refresh_token }),
        ...(result.scope === undefined ? {} : { scope: result.scope }),
        ...(result.id_token === undefined ? {} : { idToken: result.id_token }),
      }
    } catch (error) {
      throw unusableResponse(error)
    }
  }

  const issuerFor = (idToken: unknown): string | Promise<string> =>
    typeof idToken === "string" && options.expectedIssuer
      ? options.expectedIssuer(decodeJwt(idToken))
      : server.issuer

  return {
    async authorizationUrl({ state, nonce, redirectUri, codeVerifier }, scopes, parameters = {}) {
      const url = new URL(endpoint(server, "authorization_endpoint"))
      const query: Parameters = {
        ...parameters,
        response_type: "code",
        client_id: options.clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(" "),
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        ...(openid ? { nonce } : {}),
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return url
    },

    async redeem(callback, { state, nonce, redirectUri, codeVerifier }, parameters = {}) {
      const answer = authorizationResponse(server, client(), callback, state, explain)
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client(),
        authentication,
        answer,
        redirectUri,
        codeVerifier,
        request(parameters, undefined),
      )
      const expectation = openid ? { expectedNonce: nonce, requireIdToken: true } : {}
      return tokens(response, (as, body) =>
        oauth.processAuthorizationCodeResponse(as, client(), body, expectation),
      )
    },

    async refresh(refreshToken, parameters = {}, signal) {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client(),
        authentication,
        refreshToken,
        request(parameters, signal),
      )
      return tokens(response, (as, body) => oauth.processRefreshTokenResponse(as, client(), body))
    },

    async grant(grantType, parameters, signal) {
      const response = await oauth.genericTokenEndpointRequest(
        server,
        client(),
        authentication,
        grantType,
        parameters,
        request({}, signal),
      )
      return tokens(response, (as, body) =>
        oauth.processGenericTokenEndpointResponse(as, client(), body),
      )
    },

    async revoke(token, hint) {
      const response = await oauth.revocationRequest(
        server,
        client(),
        authentication,
        token,
        request({ token_type_hint: hint }, undefined),
      )
      if (response.status !== 200) throw await refused(response)
    },
  }
}

/** Checks the callback's parameters (RFC 6749 §4.1.2, RFC 9207) and throws the error that they carry. */
function authorizationResponse(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  callback: URLSearchParams,
  state: string,
  explain: ExplainRefusal,
): URLSearchParams {
  try {
    return oauth.validateAuthResponse(server, client, callback, state)
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      const {
        error: code,
        error_description,
        state: _,
        ...parameters
      } = Object.fromEntries(callback)
      throw explain({
        error: code ?? error.error,
        description: error_description ?? "",
        parameters,
      })
    }
    throw new IdentityProviderError(
      "sign_in_required",
      "malformed_callback",
      "The identity provider's answer does not belong to this sign-in. Start again.",
      { cause: withoutTokens(error) },
    )
  }
}

function endpoint(server: oauth.AuthorizationServer, name: "authorization_endpoint"): string {
  const value = server[name]
  if (value === undefined) {
    throw new IdentityProviderError(
      "operator",
      "missing_endpoint",
      `The identity provider's metadata has no ${name}.`,
    )
  }
  return value
}

function jsonObject(text: string): Record<string, oauth.JsonValue | undefined> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, oauth.JsonValue>)
      : undefined
  } catch {
    return undefined
  }
}

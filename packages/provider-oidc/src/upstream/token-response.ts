import { IdentityProviderError } from "@doorward/oauth-core"
import { decodeJwt, type JWTPayload } from "jose"
import type { AuthorizationServer, TokenEndpointResponse } from "oauth4webapi"
import type { ExplainRefusal } from "./refusal.ts"
import { unusableResponse } from "./unusable-response.ts"

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

export interface TokenResponseRules {
  server: AuthorizationServer
  /** Whether an id_token is read, or ignored. */
  openid: boolean
  expectedIssuer: ((unverified: JWTPayload) => string | Promise<string>) | undefined
  explain: ExplainRefusal
  now: () => number
}

/** Seconds that an access token lives if the server does not say. */
const lifetimeUnsaid = 300

/**
 * Reads a token endpoint's answer.
 *
 * @param process oauth4webapi's check for the grant; it gets the metadata with the issuer of this answer.
 * @throws {IdentityProviderError}
 */
export async function readTokenResponse(
  response: Response,
  rules: TokenResponseRules,
  process: (server: AuthorizationServer, response: Response) => Promise<TokenEndpointResponse>,
): Promise<UpstreamTokenResponse> {
  if (response.status !== 200) throw await refusedResponse(response, rules.explain)
  const received = rules.now()
  const body = jsonObject(await response.text()) ?? {}
  if (!rules.openid) delete body.id_token
  try {
    const issuer = await issuerOf(body.id_token, rules)
    const result = await process({ ...rules.server, issuer }, Response.json(body))
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

function issuerOf(
  idToken: unknown,
  { server, expectedIssuer }: TokenResponseRules,
): string | Promise<string> {
  return typeof idToken === "string" && expectedIssuer
    ? expectedIssuer(decodeJwt(idToken))
    : server.issuer
}

/** What an answer means that is not the one hoped for: the error in its body (RFC 6749 §5.2), or none. */
export async function refusedResponse(
  response: Response,
  explain: ExplainRefusal,
): Promise<IdentityProviderError> {
  const text = await response.text()
  const { error, error_description, ...parameters } = jsonObject(text) ?? {}
  if (typeof error !== "string" || response.status < 400) {
    // What is called a success may hold tokens.
    const said = response.status < 400 ? "" : `: ${text.slice(0, 2000)}`
    return new IdentityProviderError(
      "operator",
      `http_${response.status}`,
      "The identity provider's endpoint did not answer as an OAuth endpoint does. Check its address.",
      { cause: new Error(`HTTP ${response.status}${said}`) },
    )
  }
  const description = typeof error_description === "string" ? error_description : ""
  return explain({ error, description, parameters, status: response.status })
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined
  } catch {
    return undefined
  }
}

import { IdentityProviderError } from "@doorward/oauth-core"
import { decodeJwt, type JWTPayload } from "jose"
import type { AuthorizationServer, TokenEndpointResponse } from "oauth4webapi"
import type { ExplainRefusal } from "./refusal.ts"
import { unusableResponse } from "./unusable-response.ts"

/** A token response (RFC 6749 §5.1, OIDC Core §3.1.3.3) whose shape and id_token claims have been checked. */
export interface UpstreamTokenResponse {
  /** Opaque to a client, and not verified. */
  accessToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** Absent if the server issued none. */
  refreshToken?: string
  /** Separated by spaces, as the server sent it; absent means "as requested". */
  scope?: string
  /** Its claims have been compared; verifying its signature is left to the caller. */
  idToken?: string
}

export interface TokenResponseRules {
  server: AuthorizationServer
  /** Whether an id_token is read; otherwise it is ignored. */
  openid: boolean
  expectedIssuer: ((unverified: JWTPayload) => string | Promise<string>) | undefined
  explain: ExplainRefusal
  now: () => number
}

/** The lifetime of an access token in seconds if the server does not state one. */
const defaultLifetime = 300

/**
 * Reads a token endpoint's answer.
 *
 * @param process oauth4webapi's check for the grant type; it receives the metadata with this answer's issuer.
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
      expiresAt: received + (result.expires_in ?? defaultLifetime) * 1000,
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

/** What an unsuccessful answer means, by the error in its body (RFC 6749 §5.2) if there is one. */
export async function refusedResponse(
  response: Response,
  explain: ExplainRefusal,
): Promise<IdentityProviderError> {
  const text = await response.text()
  const { error, error_description, ...parameters } = jsonObject(text) ?? {}
  if (typeof error !== "string" || response.status < 400) {
    // An answer with a success status may contain tokens.
    const said = response.status < 400 ? "" : `: ${text.slice(0, 2000)}`
    return new IdentityProviderError(
      "operator",
      `http_${response.status}`,
      "The identity provider's endpoint did not answer like an OAuth endpoint. Check its address.",
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

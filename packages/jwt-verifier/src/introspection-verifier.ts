import {
  checkAudience,
  checkExpiry,
  checkScopes,
  checkStart,
  freeze,
  verifiedToken,
} from "./claims.ts"
import { FetchJsonError, fetchJson } from "./http/fetch-json.ts"
import type { IntrospectionVerifierOptions } from "./introspection-verifier-options.ts"
import {
  type IntrospectionVerifierSettings,
  readIntrospectionVerifierOptions,
} from "./introspection-verifier-schema.ts"
import { wrongIssuer } from "./issuer-rule.ts"
import { parseClaims, parseCompactJws } from "./jose/compact-jws.ts"
import { RememberedTokens } from "./remembered-tokens.ts"
import { sharedIo } from "./runtime.ts"
import { TokenError } from "./token-error.ts"
import type { TokenVerifier, VerifiedToken } from "./token-verifier.ts"

interface Remembered {
  readonly outcome: Promise<VerifiedToken>
  /** Milliseconds since the epoch, as is `until`. */
  readonly since: number
  readonly until: number
}

/** What a bearer token may consist of (RFC 6750 §2.1). */
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/
const maxTokenLength = 16_384
/** About how much memory a refusal takes. */
const refusalBytes = 1_024
/** The types of an access token. A refresh token may be active too, but it is not an access token. */
const accessTokenTypes = ["bearer", "access_token", "dpop"]

/**
 * Creates a verifier of access tokens, opaque ones included, that asks the issuer about each (RFC 7662).
 *
 * The answer must have a `sub` and an accepted `aud`. An answer without an `exp` is valid for as long as
 * it is remembered. A JWT whose `iss` is another issuer is refused without being sent.
 *
 * @example
 * const verifier = introspectionVerifier({
 *   introspectionEndpoint: "https://login.example.com/introspect",
 *   clientId: "resource-server",
 *   clientSecret: process.env.CLIENT_SECRET ?? "",
 *   issuer: "https://login.example.com",
 *   audience: "https://mcp.example.com/mcp",
 * })
 *
 * @throws {ConfigurationError} with every mistake in the options at once.
 */
export function introspectionVerifier(options: IntrospectionVerifierOptions): TokenVerifier {
  const settings = readIntrospectionVerifierOptions(options)
  const { issuer, fetch, now, rememberBytes } = settings
  const rememberFor = settings.rememberSeconds * 1000
  const rememberRefusalFor = settings.rememberRefusalSeconds * 1000

  const accepted = new RememberedTokens<Remembered>(rememberBytes)
  const refused = new RememberedTokens<Remembered>(rememberBytes / 8)
  const underWay = new Map<string, Promise<VerifiedToken>>()

  async function introspect(token: string): Promise<VerifiedToken> {
    if (isForeign(token, issuer)) throw wrongIssuer()
    const answer = await ask(token)
    const time = now()
    try {
      const verified = check(answer, time)
      const bytes = freeze(verified) + 2 * JSON.stringify(answer).length
      const until = Math.min(time + rememberFor, verified.expiresAt * 1000)
      const outcome = Promise.resolve(verified)
      accepted.set(token, { outcome, since: time, until }, bytes)
      return verified
    } catch (error) {
      const outcome = Promise.reject(error)
      outcome.catch(() => {})
      refused.set(token, { outcome, since: time, until: time + rememberRefusalFor }, refusalBytes)
      throw error
    }
  }

  function introspectOnce(token: string): Promise<VerifiedToken> {
    const outcome = introspect(token).finally(() => underWay.delete(token))
    if (sharedIo) underWay.set(token, outcome)
    return outcome
  }

  async function ask(token: string): Promise<Record<string, unknown>> {
    const { headers, fields } = clientAuthentication(settings)
    const form = new URLSearchParams({ token, token_type_hint: "access_token", ...fields })
    try {
      return await fetchJson(settings.introspectionEndpoint, { fetch, post: { form, headers } })
    } catch (cause) {
      if (!(cause instanceof FetchJsonError)) throw cause
      throw new TokenError("unavailable", "The token could not be introspected", { cause })
    }
  }

  function check(answer: Record<string, unknown>, time: number): VerifiedToken {
    if (answer.active !== true) throw new TokenError("inactive", "The token is not active")
    if (answer.iss !== undefined && answer.iss !== issuer) throw wrongIssuer()
    const { token_type: type = "bearer" } = answer
    if (typeof type !== "string" || !accessTokenTypes.includes(type.toLowerCase())) {
      throw new TokenError("wrong_type", "The token is of another type")
    }
    const expiresAt =
      answer.exp === undefined
        ? Math.floor((time + rememberFor) / 1000)
        : checkExpiry(answer, time, settings.leewaySeconds)
    checkStart(answer, time, settings.leewaySeconds)
    checkAudience(answer, settings.audience)
    const verified = verifiedToken(answer, issuer, expiresAt)
    checkScopes(verified.scopes, settings.requireScopes)
    return verified
  }

  function recall(token: string): Promise<VerifiedToken> | undefined {
    const entry = accepted.get(token) ?? refused.get(token)
    const time = now()
    if (entry && time >= entry.since && time < entry.until) return entry.outcome
    accepted.delete(token)
    refused.delete(token)
    return underWay.get(token)
  }

  return {
    verify(token) {
      if (typeof token !== "string" || token.length > maxTokenLength || !bearerToken.test(token)) {
        return Promise.reject(new TokenError("malformed", "The token is malformed"))
      }
      return recall(token) ?? introspectOnce(token)
    },
  }
}

/** Whether the token is a JWT of another issuer, which must not be sent to this one. */
function isForeign(token: string, issuer: string): boolean {
  try {
    const { iss } = parseClaims(parseCompactJws(token))
    return iss !== undefined && iss !== issuer
  } catch {
    return false
  }
}

function clientAuthentication(settings: IntrospectionVerifierSettings) {
  const { clientId, clientSecret, clientAuthentication: method } = settings
  if (method === "client_secret_post") {
    return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } }
  }
  const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`
  return { headers: { authorization: `Basic ${btoa(credentials)}` }, fields: {} }
}

/** The encoding of both parts of Basic credentials (RFC 6749 §2.3.1). */
function formEncoded(value: string): string {
  return new URLSearchParams([["", value]]).toString().slice(1)
}

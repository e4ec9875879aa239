import {
  checkAudience,
  checkExpiry,
  checkScopes,
  checkStart,
  freeze,
  verifiedToken,
} from "./claims.ts"
import {
  type FetchFunction,
  FetchJsonError,
  fetchJson,
  globalFetch,
  secureUrl,
} from "./http/fetch-json.ts"
import { wrongIssuer } from "./issuer-rule.ts"
import { parseClaims, parseCompactJws } from "./jose/compact-jws.ts"
import { audienceList, notNegative } from "./option-checks.ts"
import { RememberedTokens } from "./remembered-tokens.ts"
import { sharedIo } from "./runtime.ts"
import { TokenError } from "./token-error.ts"
import type { TokenVerifier, VerifiedToken } from "./token-verifier.ts"

export interface IntrospectionVerifierOptions {
  /** Where tokens are introspected (RFC 7662 §2). */
  introspectionEndpoint: string | URL
  clientId: string
  clientSecret: string
  /** How the client says who it is. Default: `client_secret_basic`. */
  clientAuthentication?: "client_secret_basic" | "client_secret_post"
  /** The issuer whose endpoint it is. An answer that names another one is refused. */
  issuer: string
  /** Names of ours; the token must have at least one of them as its `aud`. */
  audience: string | readonly string[]
  /** Scopes that the token must have, all of them. Default: none. */
  requiredScopes?: readonly string[]
  /** Seconds by which the issuer's clock may differ. Default: 5. */
  leeway?: number
  /** Seconds for which a good answer is remembered, at most until the token expires. Default: 60. */
  rememberSeconds?: number
  /** Seconds for which a refusal is remembered. Default: 5. */
  rememberRefusalSeconds?: number
  /** Bytes of memory for answers; 0 remembers none. Default: 16 MiB. */
  rememberBytes?: number
  /** Default: the global `fetch`. */
  fetch?: FetchFunction
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
}

interface Remembered {
  readonly outcome: Promise<VerifiedToken>
  /** Milliseconds since the epoch, as is `until`. */
  readonly since: number
  readonly until: number
}

/** What may stand in an Authorization header as a bearer token (RFC 6750 §2.1). */
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/
const maxTokenLength = 16_384
/** About what a refusal takes in memory. */
const refusalBytes = 1_024
/** What an active answer may say that the token is. A refresh token is active too, and no access token. */
const accessTokenTypes = ["bearer", "access_token", "dpop"]

/**
 * Verifies access tokens, opaque ones too, by asking their issuer (RFC 7662).
 *
 * The answer must have an `aud` of ours and a `sub`; without an `exp` it holds for as long as it is
 * remembered. A JWT whose `iss` is another issuer is refused without being sent.
 *
 * @throws {TypeError} that says which option to mend.
 */
export function introspectionVerifier(options: IntrospectionVerifierOptions): TokenVerifier {
  const { issuer, requiredScopes = [], fetch = globalFetch, now = Date.now } = options
  const endpoint = secureUrl(options.introspectionEndpoint, "introspectionEndpoint")
  const audiences = audienceList(options.audience)
  const leeway = notNegative(options.leeway ?? 5, "leeway")
  const rememberFor = notNegative(options.rememberSeconds ?? 60, "rememberSeconds") * 1000
  const rememberRefusalFor =
    notNegative(options.rememberRefusalSeconds ?? 5, "rememberRefusalSeconds") * 1000
  const capacity = notNegative(options.rememberBytes ?? 16 * 1024 * 1024, "rememberBytes")

  const accepted = new RememberedTokens<Remembered>(capacity)
  const refused = new RememberedTokens<Remembered>(capacity / 8)
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
    const { headers, fields } = clientAuthentication(options)
    const form = new URLSearchParams({ token, token_type_hint: "access_token", ...fields })
    try {
      return await fetchJson(endpoint, { fetch, post: { form, headers } })
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
        : checkExpiry(answer, time, leeway)
    checkStart(answer, time, leeway)
    checkAudience(answer, audiences)
    const verified = verifiedToken(answer, issuer, expiresAt)
    checkScopes(verified.scopes, requiredScopes)
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

/** Whether the token is a JWT of another issuer, which this one has no business to see. */
function isForeign(token: string, issuer: string): boolean {
  try {
    const { iss } = parseClaims(parseCompactJws(token))
    return iss !== undefined && iss !== issuer
  } catch {
    return false
  }
}

function clientAuthentication(options: IntrospectionVerifierOptions) {
  const { clientId, clientSecret, clientAuthentication: method } = options
  if (method === "client_secret_post") {
    return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } }
  }
  const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`
  return { headers: { authorization: `Basic ${btoa(credentials)}` }, fields: {} }
}

/** As RFC 6749 §2.3.1 has the two parts of Basic credentials. */
function formEncoded(value: string): string {
  return new URLSearchParams([["", value]]).toString().slice(1)
}

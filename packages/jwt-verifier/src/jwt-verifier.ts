import {
  type Claims,
  checkAudience,
  checkExpiry,
  checkScopes,
  checkStart,
  freeze,
  verifiedToken,
} from "./claims.ts"
import { wrongIssuer } from "./issuer-rule.ts"
import type { SignatureAlgorithm } from "./jose/algorithms.ts"
import {
  type CompactJws,
  type JoseHeader,
  notJws,
  parseClaims,
  parseCompactJws,
} from "./jose/compact-jws.ts"
import { checkSignature } from "./jose/signature.ts"
import type { SignatureCheck } from "./jose/signature-check.ts"
import { UnusableKeyError, type VerificationKey } from "./jose/verification-key.ts"
import { type JwtRules, jwtRules } from "./jwt-rules.ts"
import type { JwtVerifierOptions } from "./jwt-verifier-options.ts"
import { mediaType } from "./media-type.ts"
import { RememberedTokens } from "./remembered-tokens.ts"
import { TokenError } from "./token-error.ts"
import type { TokenVerifier, VerifiedToken } from "./token-verifier.ts"

interface Remembered {
  readonly header: JoseHeader
  readonly key: VerificationKey
  readonly token: VerifiedToken
  readonly outcome: Promise<VerifiedToken>
}

/**
 * Creates a verifier of signed JWTs that is strict by default (RFC 7519, RFC 9068 §4, RFC 8725).
 *
 * A verified token is remembered until it expires or its key is withdrawn.
 *
 * @example
 * const verifier = jwtVerifier({
 *   issuer: "https://login.example.com",
 *   audience: "https://mcp.example.com/mcp",
 *   requireScopes: ["mcp:read"],
 * })
 * const { subject, scopes } = await verifier.verify(token)
 *
 * @throws {ConfigurationError} with every mistake in the options at once.
 */
export function jwtVerifier(options: JwtVerifierOptions): TokenVerifier {
  return createJwtVerifier(jwtRules(options), checkSignature)
}

/** {@link jwtVerifier}, with the signature check as a parameter. */
export function createJwtVerifier(rules: JwtRules, checkSignature: SignatureCheck): TokenVerifier {
  const { issuer, keys, now } = rules
  const remembered = new RememberedTokens<Remembered>(rules.rememberBytes)

  async function verifyAnew(token: string): Promise<VerifiedToken> {
    const jws = parseCompactJws(token)
    const claims = parseClaims(jws)
    // First of all, so that `firstOf` can ask the verifier of another issuer, whatever this one accepts.
    const iss = issuer.check(claims)
    const algorithm = checkHeader(jws.header, rules)
    const found = keys.keysFor(jws.header, iss)
    const fitting = (found instanceof Promise ? await found : found).filter(({ algorithms }) =>
      algorithms.includes(algorithm),
    )
    if (fitting.length === 0) throw algorithmNotAllowed()
    const allowed = fitting.filter(({ jwk }) => issuer.allows(claims, jwk))
    if (allowed.length === 0) throw wrongIssuer()
    for (const key of allowed) {
      if (await isGood(key, algorithm, jws)) return accept(jws, claims, iss, key)
    }
    throw new TokenError("bad_signature", "The signature of the token is wrong")
  }

  async function isGood(key: VerificationKey, algorithm: SignatureAlgorithm, jws: CompactJws) {
    try {
      const good = checkSignature(key, algorithm, jws)
      return typeof good === "boolean" ? good : await good
    } catch (cause) {
      if (!(cause instanceof UnusableKeyError)) throw cause
      throw new TokenError("unknown_key", "The key of the token is not usable", { cause })
    }
  }

  function accept(
    jws: CompactJws,
    claims: Claims,
    iss: string,
    key: VerificationKey,
  ): VerifiedToken {
    const time = now()
    const expiresAt = checkExpiry(claims, time, rules.leeway)
    checkStart(claims, time, rules.leeway)
    checkAudience(claims, rules.audiences)
    const token = verifiedToken(claims, iss, expiresAt)
    checkScopes(token.scopes, rules.requireScopes)
    const bytes = freeze(token) + 2 * jws.token.length
    const outcome = Promise.resolve(token)
    remembered.set(jws.token, { header: jws.header, key, token, outcome }, bytes)
    return token
  }

  /** The outcome for a token that was seen before, if it is still valid. */
  function recall(token: string): Promise<VerifiedToken> | undefined {
    const entry = remembered.get(token)
    if (entry === undefined) return undefined
    const { key, header, outcome } = entry
    const { claims, expiresAt, issuer: iss } = entry.token
    const holds = (found: readonly VerificationKey[]) =>
      found.includes(key) && issuer.allows(claims, key.jwk)
    if (now() < expiresAt * 1000) {
      const found = keys.keysFor(header, iss)
      if (found instanceof Promise) {
        return found.then((list) => (holds(list) ? outcome : forget(token)))
      }
      if (holds(found)) return outcome
    }
    return forget(token)
  }

  function forget(token: string): Promise<VerifiedToken> {
    remembered.delete(token)
    return verifyAnew(token)
  }

  return {
    verify(token) {
      if (typeof token !== "string") return Promise.reject(notJws())
      try {
        return recall(token) ?? verifyAnew(token)
      } catch (error) {
        remembered.delete(token)
        return Promise.reject(error)
      }
    },
  }
}

function checkHeader(header: JoseHeader, rules: JwtRules): SignatureAlgorithm {
  const algorithm = rules.algorithms.find((name) => name === header.alg)
  if (algorithm === undefined) throw algorithmNotAllowed()
  const accepted =
    header.typ === undefined ? rules.allowMissingTyp : rules.types.includes(mediaType(header.typ))
  if (!accepted) throw new TokenError("wrong_type", "The token is of another type")
  return algorithm
}

function algorithmNotAllowed(): TokenError {
  return new TokenError("algorithm_not_allowed", "The token is signed with another algorithm")
}

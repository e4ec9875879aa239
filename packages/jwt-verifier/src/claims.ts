import { TokenError } from "./token-error.ts"
import type { VerifiedToken } from "./token-verifier.ts"

/** The claims of a token, by name. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * Checks the `exp` claim: it is required, and must be in the future (RFC 7519 §4.1.4).
 *
 * @param now milliseconds since the epoch.
 * @param leeway seconds.
 * @returns the expiry, in seconds since the epoch.
 */
export function checkExpiry(claims: Claims, now: number, leeway: number): number {
  const exp = numericDate(claims, "exp")
  if (exp === undefined) throw missing("exp")
  if (now >= (exp + leeway) * 1000) throw new TokenError("expired", "The token has expired")
  return exp
}

/** Checks that `nbf` and `iat`, if present, are not in the future (RFC 7519 §4.1.5, §4.1.6). */
export function checkStart(claims: Claims, now: number, leeway: number): void {
  for (const name of ["nbf", "iat"]) {
    const date = numericDate(claims, name)
    if (date !== undefined && now < (date - leeway) * 1000) {
      throw new TokenError("not_yet_valid", "The token is not valid yet")
    }
  }
}

/** Checks that the token has at least one of the audiences (RFC 7519 §4.1.3). */
export function checkAudience(claims: Claims, audiences: readonly string[]): void {
  if (claims.aud === undefined) throw missing("aud")
  if (!textsOf(claims.aud, "aud").some((audience) => audiences.includes(audience))) {
    throw new TokenError("wrong_audience", "The token is for another audience")
  }
}

/** @throws {TokenError} `insufficient_scope` unless every required scope was granted. */
export function checkScopes(scopes: readonly string[], required: readonly string[]): void {
  if (!required.every((scope) => scopes.includes(scope))) {
    throw new TokenError("insufficient_scope", "The token lacks a required scope")
  }
}

/** Puts the claims into the form that every verifier returns. */
export function verifiedToken(claims: Claims, issuer: string, expiresAt: number): VerifiedToken {
  const subject = text(claims, "sub")
  if (subject === undefined || subject === "") throw missing("sub")
  const clientId = text(claims, "client_id") ?? text(claims, "azp") ?? text(claims, "appid")
  return {
    claims,
    issuer,
    subject,
    ...(clientId !== undefined && { clientId }),
    scopes: scopesOf(claims),
    expiresAt,
  }
}

function scopesOf(claims: Claims): readonly string[] {
  for (const name of ["scope", "scp"]) {
    const value = claims[name]
    if (typeof value === "string") return value.split(" ").filter((scope) => scope !== "")
    if (value !== undefined) return textsOf(value, name)
  }
  return []
}

function numericDate(claims: Claims, name: string): number | undefined {
  const value = claims[name]
  if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return value
  throw malformed(name)
}

function text(claims: Claims, name: string): string | undefined {
  const value = claims[name]
  if (value === undefined || typeof value === "string") return value
  throw malformed(name)
}

function textsOf(value: unknown, name: string): readonly string[] {
  if (typeof value === "string") return [value]
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value
  throw malformed(name)
}

function missing(name: string): TokenError {
  return new TokenError("missing_claim", `The token has no ${name} claim`)
}

function malformed(name: string): TokenError {
  return new TokenError("malformed", `The ${name} claim of the token is malformed`)
}

/**
 * Freezes a result and everything in it, since it is remembered and shared by all callers.
 *
 * @returns approximately how many bytes its objects take, not counting their strings.
 */
export function freeze(token: VerifiedToken): number {
  const open: object[] = [token]
  let objects = 0
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    objects += 1
    Object.freeze(value)
    for (const member of Object.values(value)) {
      if (typeof member === "object" && member !== null) open.push(member)
    }
  }
  return objects * 128
}

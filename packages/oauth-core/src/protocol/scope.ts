import { OAuthError } from "../ports/errors.ts"
import { shown } from "./parameters.ts"

/**
 * OIDC's scopes are ignored in a request: never listed, granted or refused, because no id_token is
 * issued.
 */
const oidcScopes = new Set(["openid", "profile", "email", "address", "phone", "offline_access"])

/** Removes OIDC's scopes from a list. */
export const withoutOidcScopes = (scopes: readonly string[]): readonly string[] =>
  scopes.filter((scope) => !oidcScopes.has(scope))

const scopeSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/

/**
 * Reads a scope parameter (RFC 6749 §3.3), leaving out OIDC's scopes and duplicates.
 *
 * @throws {OAuthError} `invalid_scope` if it is not a list of scope tokens with single spaces.
 */
export function parseScope(text: string): readonly string[] {
  if (text.length > 4096 || !scopeSyntax.test(text)) {
    throw new OAuthError(
      "invalid_scope",
      "malformed_request",
      "scope must be a list of scope tokens separated by single spaces.",
    )
  }
  return withoutOidcScopes([...new Set(text.split(" "))])
}

/**
 * Chooses the scopes of a request: the requested ones, all of which must be known, or all supported
 * ones if the parameter is absent or names only OIDC's scopes.
 *
 * @throws {OAuthError} `invalid_scope`, naming the first unknown scope and the supported ones.
 */
export function chooseScopes(
  requested: string | undefined,
  supported: readonly string[],
): readonly string[] {
  const scopes = requested === undefined ? [] : parseScope(requested)
  if (scopes.length === 0) return supported
  const unknown = scopes.find((scope) => !supported.includes(scope))
  if (unknown === undefined) return scopes
  const known =
    supported.length > 0 ? `Supported: ${supported.join(" ")}` : "No scopes are supported"
  throw new OAuthError(
    "invalid_scope",
    "scope_unknown",
    `The scope ${shown(unknown)} is not known here. ${known}.`,
  )
}

/**
 * Narrows a grant's scopes to those that a token request names (RFC 6749 §6).
 *
 * @throws {OAuthError} `invalid_scope` if a scope was not granted.
 */
export function narrowScopes(
  requested: string | undefined,
  granted: readonly string[],
): readonly string[] {
  const scopes = requested === undefined ? [] : parseScope(requested)
  if (scopes.length === 0) return granted
  const widened = scopes.find((scope) => !granted.includes(scope))
  if (widened === undefined) return scopes
  throw new OAuthError(
    "invalid_scope",
    "scope_widened",
    `The scope ${shown(widened)} was not granted. Request it with a new authorization request.`,
  )
}

/** Why a token was refused. The values are stable, so that programs can match and count them. */
export type TokenErrorCode =
  | "expired"
  | "not_yet_valid"
  | "wrong_issuer"
  | "wrong_audience"
  | "bad_signature"
  | "unknown_key"
  | "wrong_type"
  | "algorithm_not_allowed"
  | "missing_claim"
  | "insufficient_scope"
  | "insufficient_claims"
  | "inactive"
  | "malformed"
  | "keys_unavailable"
  | "unavailable"

/**
 * A token was refused, or could not be checked.
 *
 * The message is safe to send to whoever presented the token: it contains no key, no claim value and no
 * part of the token. `cause` may contain more, and belongs only in a log.
 */
export class TokenError extends Error {
  override readonly name = "TokenError"
  /** The reason. */
  readonly code: TokenErrorCode
  /** With `insufficient_claims`: the claims request (OIDC Core §5.5, as JSON) that a new sign-in must satisfy. */
  readonly claims?: string

  constructor(
    code: TokenErrorCode,
    message: string,
    options: ErrorOptions & { claims?: string } = {},
  ) {
    super(message, options)
    this.code = code
    if (options.claims !== undefined) this.claims = options.claims
  }

  /**
   * The HTTP status for the refusal (RFC 6750 §3.1): 403 if the token is valid but lacks a scope, 503 if
   * it could not be checked and the caller should try again, and otherwise 401.
   */
  get status(): 401 | 403 | 503 {
    if (this.code === "insufficient_scope") return 403
    return this.code === "keys_unavailable" || this.code === "unavailable" ? 503 : 401
  }
}

/** Why a token was refused. The values are stable: they may be matched on and counted. */
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
 * A token that was refused, or that could not be checked.
 *
 * The message is safe to send to whoever presented the token: it names no key, no claim value and
 * no part of the token. `cause` may say more and belongs in a log only.
 */
export class TokenError extends Error {
  override readonly name = "TokenError"
  readonly code: TokenErrorCode
  /** For `insufficient_claims`: the claims request (OIDC Core §5.5, JSON text) that a new sign-in must meet. */
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
   * The HTTP meaning of the refusal (RFC 6750 §3.1): 403 if the token is good but not enough, 503 if
   * it could not be checked and the caller should try again, else 401.
   */
  get status(): 401 | 403 | 503 {
    if (this.code === "insufficient_scope") return 403
    return this.code === "keys_unavailable" || this.code === "unavailable" ? 503 : 401
  }
}

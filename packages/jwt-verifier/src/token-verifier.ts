/**
 * What a verified access token says.
 *
 * The verifiers of this package freeze it, and everything in it, because it is shared by all callers
 * that verify the same token.
 */
export interface VerifiedToken {
  /** Every claim, as in the token or in the introspection response. */
  claims: Readonly<Record<string, unknown>>
  /** The issuer (`iss`). */
  issuer: string
  /** The subject (`sub`), unique for its issuer. */
  subject: string
  /** The client: `client_id`, or else `azp`, or else `appid`. Absent if the token names no client. */
  clientId?: string
  /** The scopes: `scope`, or else `scp`, either of them a string or a list. Empty if the token has neither. */
  scopes: readonly string[]
  /** When the token expires, in seconds since the epoch. */
  expiresAt: number
}

/** Decides whether an access token is valid. It has only one method, so that it is easy to implement. */
export interface TokenVerifier {
  /**
   * Verifies a token.
   *
   * @throws {TokenError} with the reason, if the token is refused or could not be checked.
   */
  verify(token: string): Promise<VerifiedToken>
}

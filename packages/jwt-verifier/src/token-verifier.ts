/** What an access token says, once it has been verified. */
export interface VerifiedToken {
  /** Every claim as it stands in the token or in the introspection response. */
  claims: Readonly<Record<string, unknown>>
  issuer: string
  subject: string
  /** From `client_id`, else `azp`, else `appid`; absent if the token names no client. */
  clientId?: string
  /** From `scope` (space-separated text) or `scp` (text or array); empty if it has neither. */
  scopes: readonly string[]
  /** Seconds since the epoch. */
  expiresAt: number
}

/** Decides whether an access token is good. One method, so that anything can be one. */
export interface TokenVerifier {
  /** @throws {TokenError} with the reason if the token is refused or could not be checked. */
  verify(token: string): Promise<VerifiedToken>
}

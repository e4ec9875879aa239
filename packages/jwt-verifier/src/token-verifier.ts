/**
 * What an access token says, once it has been verified.
 *
 * The verifiers of this package freeze it through and through: it is shared by all who verify the token.
 */
export interface VerifiedToken {
  /** Every claim as it stands in the token or in the introspection response. */
  claims: Readonly<Record<string, unknown>>
  issuer: string
  subject: string
  /** From `client_id`, else `azp`, else `appid`; absent if the token names no client. */
  clientId?: string
  /** From `scope`, else `scp`, each text with spaces or a list; empty if there is neither. */
  scopes: readonly string[]
  /** Seconds since the epoch. */
  expiresAt: number
}

/** Decides whether an access token is good. One method, so that anything can be one. */
export interface TokenVerifier {
  /** @throws {TokenError} with the reason if the token is refused or could not be checked. */
  verify(token: string): Promise<VerifiedToken>
}

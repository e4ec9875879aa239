/** A successful token response (RFC 6749 §5.1). */
export interface TokenResponse {
  access_token: string
  token_type: "Bearer" | "DPoP"
  /** Seconds. */
  expires_in: number
  /** Absent if nobody signed in: the client then gets the next token as it got this one. */
  refresh_token?: string
  scope?: string
  /** What kind of token it is, after a token exchange (RFC 8693 §2.2.1). */
  issued_token_type?: "urn:ietf:params:oauth:token-type:access_token"
}

/** Leaves `scope` out if there is none, because RFC 6749 §3.3 does not allow an empty one. */
export const buildTokenResponse = (tokens: {
  accessToken: string
  lifetime: number
  refreshToken?: string
  scopes: readonly string[]
  /** The key that the token is bound to, if any. */
  jkt?: string | undefined
}): TokenResponse => ({
  access_token: tokens.accessToken,
  token_type: tokens.jkt === undefined ? "Bearer" : "DPoP",
  expires_in: tokens.lifetime,
  ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
  ...(tokens.scopes.length > 0 ? { scope: tokens.scopes.join(" ") } : {}),
})

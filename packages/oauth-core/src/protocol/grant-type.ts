/** The grant types of the token endpoint (RFC 6749 §1.3, RFC 7523 §2.1, RFC 8628, RFC 8693), of which a server may take fewer. */
export const grantTypes = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
  "urn:ietf:params:oauth:grant-type:token-exchange",
  "urn:ietf:params:oauth:grant-type:device_code",
] as const

export type GrantType = (typeof grantTypes)[number]

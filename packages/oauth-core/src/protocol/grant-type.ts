/** The grant types of the token endpoint (RFC 6749 §1.3, §4.4), of which a server may take fewer. */
export const grantTypes = ["authorization_code", "refresh_token", "client_credentials"] as const

export type GrantType = (typeof grantTypes)[number]

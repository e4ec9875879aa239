/** How a client authenticates at the token endpoint (RFC 7591 §2, RFC 8414 §2). */
export type ClientAuthenticationMethod =
  | "none"
  | "client_secret_basic"
  | "client_secret_post"
  | "private_key_jwt"

/** A client's public keys: a JWK set (RFC 7517 §5). */
export interface ClientKeys {
  /** The keys, as JWKs. */
  keys: readonly { readonly kty: string; readonly [member: string]: unknown }[]
}

/** An OAuth client, however this server knows it. */
export interface Client {
  /** The `client_id`. */
  readonly id: string
  /**
   * How this server knows the client.
   *
   * - `registered`: it registered itself; nothing it says about itself is verified.
   * - `metadata_document`: its id is the URL of its metadata document, so its host is verified.
   * - `static`: the operator configured it.
   */
  readonly source: "registered" | "metadata_document" | "static"
  /** The name that the client chose for itself; unverified for `registered`. */
  readonly name?: string
  /** The host that vouches for the client, for `metadata_document`. */
  readonly verifiedHost?: string
  /** The client's website, according to the client. */
  readonly uri?: string
  /** Its redirect URIs, exactly as registered. */
  readonly redirectUris: readonly string[]
  /**
   * The grant types that it may use, of those that need a person. Absent for `static`: all that the server
   * takes.
   */
  readonly grantTypes?: readonly string[]
  /** How it authenticates at the token endpoint. */
  readonly authenticationMethod: ClientAuthenticationMethod
  /** Checks the secret that it sends; absent if it has no secret. */
  readonly secret?: ClientSecret
  /** Its public keys, for `private_key_jwt`. */
  readonly jwks?: ClientKeys
  /** The URL of its public keys, for `private_key_jwt`. */
  readonly jwksUri?: string
  /** For `registered`: the day of its last recorded use, in days since the epoch. */
  readonly lastUsedDay?: number
}

/** A client's secret, which can be compared but not read. */
export interface ClientSecret {
  /** Whether the given text is the secret. Runs in constant time. */
  matches(given: string): Promise<boolean>
}

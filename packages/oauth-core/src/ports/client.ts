/** How a client authenticates at the token endpoint (RFC 7591 §2, RFC 8414 §2). */
export type ClientAuthenticationMethod =
  | "none"
  | "client_secret_basic"
  | "client_secret_post"
  | "private_key_jwt"

/** A client's public keys (RFC 7517 §5). */
export interface ClientKeys {
  keys: readonly { readonly kty: string; readonly [member: string]: unknown }[]
}

/** A client as every step sees it, wherever it is known from. */
export interface Client {
  /** The `client_id`. */
  readonly id: string
  /**
   * Where the client is known from.
   *
   * - `registered`: it registered itself; what it says of itself is unverified.
   * - `metadata_document`: its id is the URL of its metadata, so its host is verified.
   * - `static`: the operator configured it.
   */
  readonly source: "registered" | "metadata_document" | "static"
  /** The name that the client chose for itself. */
  readonly name?: string
  /** The host that vouches for the client, for `metadata_document`. */
  readonly verifiedHost?: string
  /** The client's website, as it says. */
  readonly uri?: string
  /** Where authorization responses may go, as registered. */
  readonly redirectUris: readonly string[]
  /** How it authenticates at the token endpoint. */
  readonly authenticationMethod: ClientAuthenticationMethod
  /** What its secret is compared with; absent if it has none. */
  readonly secret?: ClientSecret
  /** Its public keys, for `private_key_jwt`. */
  readonly jwks?: ClientKeys
  /** Where its public keys are, for `private_key_jwt`. */
  readonly jwksUri?: string
  /** For `registered`: the day of its last use since the epoch, as far as its record says. */
  readonly lastUsedDay?: number
}

/** A client's secret, which can be compared and not read. */
export interface ClientSecret {
  /** Whether a client that sends this text has the secret. Takes the same time for every wrong one. */
  matches(given: string): Promise<boolean>
}

import type { ClientKeys } from "./ports/client.ts"

/** A client that the operator configures, so it doesn't have to register. */
export interface StaticClient {
  /** The `client_id`. */
  clientId: string
  /**
   * The client's secret, at least 32 characters long. A client with neither this nor
   * `clientSecretHash` nor `jwks` is public.
   */
  clientSecret?: string
  /**
   * The hash of the client's secret, in place of the secret itself, or two hashes while the client moves
   * from one secret to the next: `sha256:` and the SHA-256 of the secret in base64url.
   *
   * `doorward clients add` and `newClientSecret()` make a secret and its hash. The secret has 32 random
   * bytes, so a plain SHA-256 is enough: there is nothing to guess that slow hashing would protect. A
   * password that somebody chose could be guessed from its hash, and nobody can tell by the hash, so do
   * not make one from anything else. Default: none.
   */
  clientSecretHash?: string | readonly string[]
  /** The name shown on the consent page. Default: none, so the page calls it unnamed. */
  clientName?: string
  /**
   * The URIs that authorization responses may go to. A client that nobody signs in through has none.
   * Default: none, which needs a secret or keys.
   */
  redirectUris?: readonly string[]
  /**
   * The client's public keys, to authenticate by `private_key_jwt` (RFC 7523) instead of a secret.
   * Default: none.
   */
  jwks?: ClientKeys
  /**
   * Lets the client get access tokens for itself, without a person (RFC 6749 §4.4). It must have a secret
   * or keys. Default: not allowed.
   */
  clientCredentials?: ClientCredentials
  /**
   * Lets the client, a server that is called with tokens of this one, exchange them for tokens with which it
   * calls on for the same person (RFC 8693). It must have a secret or keys. Default: not allowed.
   */
  tokenExchange?: TokenExchange
}

/** Which tokens a client may exchange, and for what (RFC 8693). */
export interface TokenExchange {
  /**
   * The audiences of the tokens that it may exchange, because it is the one that gets them: resources of
   * this server at which the client is called with access tokens, and `audience`s of the identity assertions
   * that a gateway sends it.
   */
  audiences: readonly string[]
  /** The resources that it may get tokens for, each one of the option `resources`. */
  resources: readonly string[]
  /**
   * Scopes that its tokens may have even if the token that it exchanges does not have them. Nobody has
   * approved them, so list only what every caller may have done on their behalf. Default: none, so that a
   * token never gets wider by being exchanged.
   */
  scopes?: readonly string[]
}

/** What a client may get without a person (RFC 6749 §4.4). */
export interface ClientCredentials {
  /**
   * The resources that it may get tokens for, each one of the option `resources`. A request without
   * `resource` means the only one. Default: all of them.
   */
  resources?: readonly string[]
  /**
   * The scopes that it may get, and gets if it asks for none or for all. Those that a resource does not have
   * are left out there. Default: none, so its tokens have no scope.
   */
  scopes?: readonly string[]
}

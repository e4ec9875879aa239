import type { JSONWebKeySet } from "jose"
import type { FetchFunction } from "./http/fetch-json.ts"
import type { IssuerFunction } from "./issuer-rule.ts"
import type { SignatureAlgorithm } from "./jose/algorithms.ts"
import type { KeyFunction } from "./keys/key-function.ts"

/**
 * The options of `jwtVerifier`.
 *
 * At most one of `jwksUri`, `jwks`, `publicKey`, `key` and `secret` can be given. Without any of them,
 * each issuer's keys are found through its metadata.
 */
export interface JwtVerifierOptions {
  /**
   * Who may have issued the token (`iss`, RFC 7519 §4.1.1): one issuer, several, or a function of the
   * token's claims. Issuers are compared character for character.
   */
  issuer: string | readonly string[] | IssuerFunction
  /** The audiences to accept: the token must have at least one of them in its `aud` (RFC 7519 §4.1.3). */
  audience: string | readonly string[]

  /**
   * The URL of the issuer's JWK Set (RFC 7517 §5): https, or http on this machine. Default: the
   * `jwks_uri` of each issuer's metadata (OpenID Connect Discovery 1.0 §4, RFC 8414 §3).
   */
  jwksUri?: string | URL | undefined
  /** The issuer's public keys as a JWK Set (RFC 7517 §5). It is copied. */
  jwks?: JSONWebKeySet | undefined
  /**
   * The issuer's public key as PEM: a SubjectPublicKeyInfo (`PUBLIC KEY`) or an X.509 certificate
   * (`CERTIFICATE`). The validity dates of a certificate are not checked.
   */
  publicKey?: string | undefined
  /** Finds the public key of each token from the token's header. */
  key?: KeyFunction | undefined
  /**
   * A secret shared with the issuer, of at least 32 bytes (RFC 7518 §3.2). Only tokens that are signed
   * with HMAC are then accepted. Bytes are copied.
   */
  secret?: string | Uint8Array | undefined

  /**
   * The `typ` headers to accept (RFC 7515 §4.1.9). Upper and lower case are the same, and
   * `application/` may be left out. Default: `at+jwt` (RFC 9068 §4). Entra ID's tokens have `JWT`.
   */
  typ?: string | readonly string[] | undefined
  /** Whether to accept a token without a `typ` header too. Default: false. */
  allowMissingTyp?: boolean | undefined
  /**
   * The algorithms to accept (RFC 7518 §3.1), each only with a key of its own kind. Default: with
   * `secret`, HS256; otherwise every algorithm with a public key.
   */
  algorithms?: readonly SignatureAlgorithm[] | undefined
  /** The scopes that a token must have, all of them, in its `scope` or `scp` claim. Default: none. */
  requireScopes?: readonly string[] | undefined
  /** How many seconds the issuer's clock may differ from this one. Default: 5. */
  leewaySeconds?: number | undefined
  /**
   * How many seconds fetched keys are used before they are fetched again. A key that the issuer
   * withdraws is dropped within this time. Default: 3600.
   */
  refreshIntervalSeconds?: number | undefined
  /** How many bytes of memory to use for remembering verified tokens; 0 remembers none. Default: 16 MiB. */
  rememberBytes?: number | undefined
  /** Fetches keys and metadata. Default: the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

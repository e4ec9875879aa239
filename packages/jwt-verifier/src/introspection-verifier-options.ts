import type { FetchFunction } from "./http/fetch-json.ts"

/** The options of `introspectionVerifier`. */
export interface IntrospectionVerifierOptions {
  /** The introspection endpoint (RFC 7662 §2): https, or http on this machine. */
  introspectionEndpoint: string | URL
  /** The client identifier under which the endpoint knows this server. */
  clientId: string
  /** The secret of that client. */
  clientSecret: string
  /**
   * How the client authenticates (RFC 6749 §2.3.1): in the `Authorization` header, or in the form.
   * Default: `client_secret_basic`.
   */
  clientAuthentication?: "client_secret_basic" | "client_secret_post" | undefined
  /** The issuer that the endpoint belongs to. An answer with another `iss` is refused. */
  issuer: string
  /** The audiences to accept: the answer must have at least one of them in its `aud` (RFC 7662 §2.2). */
  audience: string | readonly string[]
  /** The scopes that a token must have, all of them, in the `scope` of the answer. Default: none. */
  requireScopes?: readonly string[] | undefined
  /** How many seconds the issuer's clock may differ from this one. Default: 5. */
  leewaySeconds?: number | undefined
  /** How many seconds to remember a good answer, at most until the token expires. Default: 60. */
  rememberSeconds?: number | undefined
  /** How many seconds to remember a refusal. Default: 5. */
  rememberRefusalSeconds?: number | undefined
  /** How many bytes of memory to use for remembering answers; 0 remembers none. Default: 16 MiB. */
  rememberBytes?: number | undefined
  /** Calls the endpoint. Default: the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

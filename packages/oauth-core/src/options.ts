import type { JwtVerifierOptions } from "@doorward/jwt-verifier"
import type { StaticClient } from "./client-options.ts"
import type { Client } from "./ports/client.ts"
import type { ConsentPage } from "./ports/consent-page.ts"
import type { DocumentFetcher } from "./ports/document-fetcher.ts"
import type { ServerEvent } from "./ports/events.ts"
import type { Identity, IdentityProvider } from "./ports/identity-provider.ts"
import type { Store } from "./ports/store.ts"

/** The options of `oauthProxy`. */
export interface OAuthProxyOptions {
  /**
   * The URL at which clients reach the server: https, or http on loopback for development. It may have
   * a path. It is the issuer (RFC 8414 §2) and the base of every endpoint; the Host header is never
   * used. Required.
   */
  baseUrl: string
  /** The identity provider that people sign in with. Required. */
  provider: IdentityProvider
  /** Where records are stored. Instances that share a store act as one server. Required. */
  store: Store
  /**
   * The secret that protects stored records, forms and cookies: 32 random bytes in base64url, base64 or
   * hex, the same on every instance. To rotate it, pass a list (or one comma-separated string): the
   * first secret seals, and all of them can unseal. Required.
   */
  secret: string | readonly string[]

  /**
   * The resource servers that tokens are issued for (RFC 8707). Default: `{baseUrl}/mcp`, with every
   * scope.
   */
  resources?: readonly ResourceServer[]
  /**
   * Descriptions of scopes for the consent page, by scope. A scope that the provider does not know is
   * this server's own, and the person's consent alone grants it. Default: none.
   */
  scopes?: Readonly<Record<string, string>>
  /** How long tokens and grants live, in seconds. Default: see {@link Lifetimes}. */
  lifetimes?: Lifetimes

  /** When a person is asked to approve a client. Default: `always`. */
  consent?: ConsentMode
  /**
   * Renders the consent page. It may use its own styles and data: images, but cannot run scripts or
   * load anything, and it cannot bypass a check. Default: a built-in page.
   */
  consentPage?: ConsentPage
  /**
   * Who runs the server, by a name that its users know. Pages show it next to the host. Default: not
   * shown.
   */
  operator?: string
  /** The URL of a page for developers (RFC 8414 `service_documentation`). Default: none. */
  documentation?: string

  /** Clients that don't have to register. Default: none. */
  clients?: readonly StaticClient[]
  /**
   * Whether clients may register themselves (RFC 7591), or the initial access token that they must
   * present to do so (§3). Default: `true`.
   */
  registration?: boolean | RegistrationToken
  /**
   * Fetches client metadata documents and client keys: `nodeDocumentFetcher()` on Node,
   * {@link allowListFetcher} elsewhere. Default: none, so a URL is not accepted as a client id.
   */
  fetchDocument?: DocumentFetcher
  /** The hosts whose client metadata documents are accepted. Default: any. */
  clientMetadataHosts?: readonly string[]
  /**
   * Patterns, one of which must match the whole redirect URI. Default: every valid redirect URI is
   * accepted.
   */
  redirectUriPatterns?: readonly RegExp[]

  /**
   * Counts requests and says when there are too many. It needs `clientAddress`, except for what is counted
   * by client. Default: no limits.
   */
  limiter?: Limiter
  /**
   * Returns the address to count a request by, or `undefined` not to count it; at `/device`, where codes could
   * be tried, all such requests are counted together. Default: no limits.
   *
   * @param env what the host passes along with a request, such as the bindings of a Hono app.
   */
  clientAddress?: (request: Request, env: unknown) => string | undefined
  /** The resource servers that may introspect tokens (RFC 7662). Default: none. */
  resourceServers?: readonly ResourceServerCredential[]

  /**
   * Whether tokens can be bound to a key of their client, so that nobody else can use them (DPoP, RFC 9449):
   * `optional` for clients that send proofs, `required` for all, which shuts out clients that cannot. Proofs
   * need a nonce of this server, and work once. Default: off, so a `DPoP` header is ignored.
   */
  dpop?: "optional" | "required"
  /**
   * Whether devices without a browser can show a code that a person enters at `/device` (RFC 8628). It needs
   * `limiter` and `clientAddress`, so that nobody can try codes. Turn it on only if you have such clients:
   * people can be talked into entering a code that somebody sent them. Default: `false`.
   */
  deviceAuthorization?: boolean
  /**
   * Identity providers of organizations whose assertions about people are accepted in place of a sign-in:
   * ID-JAGs (draft-ietf-oauth-identity-assertion-authz-grant), MCP's enterprise-managed authorization.
   * `onSignIn` decides about these people too. Default: none.
   */
  identityAssertionIssuers?: readonly IdentityAssertionIssuer[]

  /**
   * Decides about every sign-in and every upstream refresh, before anything is issued. If it returns a
   * string, the person is refused and sees that string, and so does the client; with `{ message, rule }`
   * the event names the rule as well. Default: everybody may sign in.
   */
  onSignIn?: (identity: Identity, client: Client) => SignInDecision | Promise<SignInDecision>
  /**
   * Decides about every registration. If it returns a string, the registration is refused and the
   * client gets that string. Default: every valid registration is accepted.
   */
  onRegister?: (client: Client) => RegistrationDecision | Promise<RegistrationDecision>
  /**
   * Is called with every event. Events have identifiers but no secrets. It must not throw. Default:
   * none.
   */
  onEvent?: (event: ServerEvent) => void

  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
  /** Waits for the given number of milliseconds. Default: uses `setTimeout`. */
  sleep?: (milliseconds: number) => Promise<void>
}

/** A resource server (an MCP endpoint) that tokens are issued for. */
export interface ResourceServer {
  /** The URL that clients use, exactly as they use it. It becomes the token's `aud`. */
  resource: string
  /** The name shown on the consent page. Default: the host of `resource`. */
  name?: string
  /**
   * The scopes that a client may request here. Default: all scopes of the provider and of this server.
   */
  scopes?: readonly string[]
}

/** How long tokens and grants live, in seconds. */
export interface Lifetimes {
  /** The lifetime of an access token, in seconds. Default: 3600 (one hour). */
  accessToken?: number
  /** How long a grant lives without being used, in seconds. Default: 2592000 (30 days). */
  grantIdle?: number
  /**
   * The longest that a grant lives, however often it is used, in seconds. Default: 7776000 (90 days).
   */
  grant?: number
}

/**
 * When a person is asked to approve a client.
 *
 * - `always`: at every sign-in.
 * - `remember`: for clients with an https redirect URI, the page offers not to ask again for 30 days.
 *   That covers the same person, browser, client, redirect URI, scopes and resource.
 * - `never`: pre-registered clients are not subject to approval; other clients are, as with `always`.
 *   Dangerous: any website can send a signed-in person through a pre-registered client.
 */
export type ConsentMode = "always" | "remember" | "never"

/** Allows registration only with an initial access token (RFC 7591 §3). */
export interface RegistrationToken {
  /** The token, at least 32 characters long. */
  accessToken: string
}

/**
 * An identity provider that may assert who somebody is. Whatever it says of a person counts, so name only
 * providers that your organization runs or trusts.
 */
export interface IdentityAssertionIssuer
  extends Pick<JwtVerifierOptions, "jwksUri" | "jwks" | "algorithms"> {
  /**
   * The `iss` of its assertions. Without `jwksUri` and `jwks`, its keys are found by its metadata (RFC 8414
   * §3, OpenID Connect Discovery §4).
   */
  issuer: string
}

/** Limits how often an endpoint may be called. */
export interface Limiter {
  /**
   * Counts one request.
   *
   * @returns `retryAfter`, in seconds, if there were too many; nothing in it if the request may
   * proceed.
   */
  consume(request: LimitedRequest): Promise<{ retryAfter?: number }>
}

/** A request to be counted. */
export interface LimitedRequest {
  /** The endpoint that was called. */
  endpoint: LimitedEndpoint
  /**
   * Whose requests are counted together: the caller's address, as `clientAddress` returned it; for
   * `client_credentials` and `token_exchange` the `client_id`, because a client's many machines have many addresses.
   */
  address: string
}

/** The endpoints whose requests are counted. */
export type LimitedEndpoint =
  | "authorize"
  | "consent"
  | "callback"
  | "grants"
  | "token"
  | "revoke"
  | "introspect"
  | "par"
  | "register"
  | "device_authorization"
  | "device"
  | "client_credentials"
  | "token_exchange"

/** A resource server that may introspect tokens (RFC 7662). */
export interface ResourceServerCredential {
  /** Its user name for Basic authentication. */
  id: string
  /** Its password for Basic authentication, at least 32 characters long. */
  secret: string
  /** Which of `resources` it is. It can introspect tokens for this resource only. */
  resource: string
}

/** A decision about a registration: `undefined` accepts; a string refuses and says why. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing accepts
export type RegistrationDecision = string | undefined | void

/** A decision about a sign-in: `undefined` accepts; anything else refuses and says why. */
export type SignInDecision = RegistrationDecision | RefusedSignIn

/** Why a person may not sign in. */
export interface RefusedSignIn {
  /** What the person sees, and the client too, so it must not contain a secret. */
  message: string
  /** Which rule refused, as a fixed word: the `detail` of the event. */
  rule: string
}

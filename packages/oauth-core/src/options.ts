import type { Client, ClientKeys } from "./ports/client.ts"
import type { ConsentPage } from "./ports/consent-page.ts"
import type { DocumentFetcher } from "./ports/document-fetcher.ts"
import type { ServerEvent } from "./ports/events.ts"
import type { Identity, IdentityProvider } from "./ports/identity-provider.ts"
import type { Store } from "./ports/store.ts"

/** The options of `oauthProxy`. */
export interface OAuthProxyOptions {
  /**
   * Where clients reach the server: https, or http on loopback for development. It is the issuer
   * (RFC 8414 §2), and every endpoint is below it; a Host header never counts.
   */
  baseUrl: string
  /** Where people sign in. */
  provider: IdentityProvider
  /** Where records are kept. Instances that share a store are one server. */
  store: Store
  /**
   * What everything is sealed and signed with: 32 random bytes in base64url. A list (or a
   * comma-separated text) rotates: the first one seals, all of them open. Every instance needs the same.
   */
  secret: string | readonly string[]

  /** The resource servers that tokens are issued for (RFC 8707). Default: `{baseUrl}/mcp`, with every scope. */
  resources?: readonly ResourceServer[]
  /**
   * What scopes mean, in words for the consent page, by the scope's name. A scope that the provider does
   * not know is Doorward's own: it is granted by the person's consent alone. Default: none.
   */
  scopes?: Readonly<Record<string, string>>
  /** How long tokens and grants live. */
  lifetimes?: Lifetimes

  /** When a person is asked to approve a client. Default: `always`. */
  consent?: ConsentMode
  /**
   * Replaces the consent page. Every check stays as it is. The page may have styles of its own, but runs
   * no script and loads nothing.
   */
  consentPage?: ConsentPage
  /** Who runs the server, in the words its people know: pages say so next to its host. Default: not said. */
  operator?: string
  /** A page about the server for developers (RFC 8414 `service_documentation`). Default: none. */
  documentation?: string

  /** Clients that need not register. Default: none. */
  clients?: readonly StaticClient[]
  /**
   * Whether clients may register themselves (RFC 7591), or the initial access token that they need for
   * it (§3). Default: true.
   */
  registration?: boolean | RegistrationToken
  /** Fetches client metadata documents and keys. Without it, no client can be known by a URL. */
  fetchDocument?: DocumentFetcher
  /** The hosts whose client metadata documents are accepted. Default: any. */
  clientMetadataHosts?: readonly string[]
  /** Patterns of which a redirect URI must match one as a whole. Default: every valid URI is accepted. */
  redirectUriPatterns?: readonly RegExp[]

  /** Counts requests, and says when there are too many. Default: nothing is limited. */
  limiter?: Limiter
  /**
   * The address that limits are counted by. Without it nothing is limited.
   *
   * @param env what the server passes beside a request, such as the bindings of a Hono app.
   */
  clientAddress?: (request: Request, env: unknown) => string | undefined
  /** Who may introspect tokens (RFC 7662). Default: nobody. */
  resourceServers?: readonly ResourceServerCredential[]

  /**
   * Runs at every sign-in and every upstream refresh, before anything is issued. A text refuses the
   * person, and is shown to them.
   */
  onSignIn?: (identity: Identity, client: Client) => SignInDecision | Promise<SignInDecision>
  /** Runs at every registration. A text refuses it, and is sent to the client. */
  onRegister?: (client: Client) => SignInDecision | Promise<SignInDecision>
  /** Receives everything that happens, with identifiers but no secrets. It must not throw. */
  onEvent?: (event: ServerEvent) => void

  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number
  /** Waits, for a time in milliseconds. Default: `setTimeout`. */
  sleep?: (milliseconds: number) => Promise<void>
}

/** A resource server (an MCP endpoint) that tokens are issued for. */
export interface ResourceServer {
  /** The URL that clients use, byte for byte. It becomes the token's `aud`. */
  resource: string
  /** What people see on the consent page. Default: the resource's host. */
  name?: string
  /** The scopes that a client may ask for here. Default: the provider's and Doorward's own. */
  scopes?: readonly string[]
}

/** How long things live, in seconds. */
export interface Lifetimes {
  /** An access token. Default: one hour. */
  accessToken?: number
  /** A grant that is not used. Default: 30 days. */
  grantIdle?: number
  /** A grant at most, however much it is used. Default: 90 days. */
  grant?: number
}

/**
 * When a person is asked to approve a client.
 *
 * - `always`: at every sign-in.
 * - `remember`: once in 30 days for the same person, client, redirect URI, scopes and resource.
 * - `never`: not at all. For pre-registered clients only; the others are asked as with `always`.
 */
export type ConsentMode = "always" | "remember" | "never"

/** Registration for those who have the initial access token (RFC 7591 §3). */
export interface RegistrationToken {
  /** At least 32 characters. */
  accessToken: string
}

/** A client that the operator registers by configuration. */
export interface StaticClient {
  /** The `client_id`. */
  clientId: string
  /** At least 32 characters if the client is confidential; without one it is public. */
  clientSecret?: string
  /** What people see on the consent page. Default: none. */
  clientName?: string
  /** Where authorization responses may go; at least one. */
  redirectUris: readonly string[]
  /** The client's public keys, for `private_key_jwt` (RFC 7523) instead of a secret. */
  jwks?: ClientKeys
}

/** How often something may be done. */
export interface Limiter {
  /**
   * Counts one request.
   *
   * @returns the seconds to wait if it was one too many.
   */
  consume(request: LimitedRequest): Promise<{ retryAfter?: number }>
}

/** A request that is counted. */
export interface LimitedRequest {
  /** The endpoint that was called. */
  endpoint: LimitedEndpoint
  /** The address that called it, as `clientAddress` gave it. */
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

/** A resource server that may introspect tokens (RFC 7662). */
export interface ResourceServerCredential {
  /** The user name of its Basic authentication. */
  id: string
  /** The password of its Basic authentication: at least 32 characters. */
  secret: string
  /** Which of `resources` it is. It sees only tokens for this one. */
  resource: string
}

/** What a hook decides: `undefined` lets in; a text refuses and says why. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing lets in
export type SignInDecision = string | undefined | void

import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { OAuthProxy } from "@doorward/oauth-core"
import type { OpenDiscovery } from "./open-discovery.ts"
import type { Policy, UnmatchedRule } from "./policy/policy.ts"
import type { AllowedOrigins } from "./protocol/origin.ts"
import type { Refusal } from "./refusals.ts"
import type { ServeMcp } from "./serve-mcp.ts"

/** What `mcpGuard` takes: which resource it guards, and how requests to it are handled. */
export type McpGuardOptions = ResourceOptions & GuardOptions

/** What `protectMcp` takes: the options of `mcpGuard`, and where on the app the guard is mounted. */
export type ProtectMcpOptions = McpGuardOptions & MountOptions

/** Where `protectMcp` mounts the guard. */
export interface MountOptions {
  /**
   * The path of the MCP endpoint on the app, such as `/mcp`. With a proxy of several resources it also
   * selects the resource: the one whose URL has this path.
   */
  path: string
}

/** Which resource is guarded, and who issues its tokens: a Doorward proxy, or another server. */
export type ResourceOptions = ResourceOfProxy | ResourceOfIssuer

/** What any resource can have. */
export interface ResourceDetails {
  /**
   * The scopes that clients are told to ask for, in the metadata (RFC 9728 §2) and in a 401.
   * `offline_access` is left out: it is a matter between the client and the authorization server.
   * Default: the scopes of the proxy's resource; without a proxy, none.
   */
  scopes?: readonly string[] | undefined
  /**
   * The scopes that a 401 names, and so what clients ask for at first (RFC 6750 §3); those of `requireScopes`
   * are added. With fewer than `scopes`, a client signs in again for the others when a rule of `policy` first
   * asks it to. Lists show only what the scopes so far allow, so name all that people should find by
   * themselves. Default: `scopes`.
   */
  challengeScopes?: readonly string[] | undefined
  /** The scopes that every token must have, all of them; they are added to `scopes`. Default: none. */
  requireScopes?: readonly string[] | undefined
  /**
   * The name that people see, `resource_name` in the metadata (RFC 9728 §2). Default: the name of the
   * proxy's resource; without a proxy, none.
   */
  name?: string | undefined
}

/** A resource whose tokens a Doorward proxy issues. */
export interface ResourceOfProxy extends ResourceDetails {
  /** What `oauthProxy` returned. */
  proxy: IssuingProxy
  /**
   * Which of the proxy's resources this is, by its URL. Default: with `protectMcp`, the one whose URL
   * has the path of the endpoint; else the proxy's only resource.
   */
  resource?: string | undefined
  /**
   * Verifiers of other issuers whose tokens are accepted here too: `entraTokenVerifier` for applications
   * and agents, or a `jwtVerifier` of another authorization server. A token goes to the one that its `iss`
   * belongs to, and an `introspectionVerifier` gets what is no JWT. Each must check the audience. Roles of
   * `entraTokenVerifier` are those of its own app registration. The metadata stays the proxy's. Default:
   * none.
   */
  alsoAccept?: readonly TokenVerifier[] | undefined
  /** Only without a proxy. */
  verifier?: undefined
  /** Only without a proxy. */
  authorizationServers?: undefined
}

/** A resource whose tokens somebody else issues. */
export interface ResourceOfIssuer extends ResourceDetails {
  /** The URL that clients use. The metadata repeats it byte for byte (RFC 9728 §3.3). */
  resource: string
  /** Verifies access tokens. It must check issuer and audience, and report scopes as `scopes` spells them. */
  verifier: TokenVerifier
  /** Issuer URLs of the authorization servers, byte for byte as their metadata has them (RFC 8414 §2). */
  authorizationServers: readonly string[]
  /** Only with a Doorward proxy. */
  proxy?: undefined
  /** Only with a Doorward proxy; else `verifier` can be `firstOf(…)`. */
  alsoAccept?: undefined
}

/** What a guard needs of the proxy that issues its tokens; what `oauthProxy` returns has it. */
export type IssuingProxy = Pick<OAuthProxy, "issuer" | "resources" | "tokenVerifier" | "dpop">

/** How requests are handled. */
export interface GuardOptions {
  /** Serves the requests that the guard lets through. */
  serve: ServeMcp
  /**
   * The web pages that may call, as a list of origins such as `https://inspector.example`, or `"*"` for
   * all. Default: pages of the resource's own origin; for a resource on loopback, of any loopback origin.
   */
  allowedOrigins?: AllowedOrigins | undefined
  /**
   * What clients may find out without a token; a call then meets the 401 that leads to the sign-in. Default:
   * nothing.
   */
  open?: OpenDiscovery | undefined
  /** Who may use which tool, prompt and resource. Default: whoever has an accepted token may use all. */
  policy?: Policy | undefined
  /** The longest request body that is read, in bytes. Default: 4194304 (4 MiB). */
  maxBodyBytes?: number | undefined
  /** Called with every refused request, for a log or a metric. Default: nothing is called. */
  onRefusal?: ((refusal: Refusal) => void) | undefined
  /**
   * Called once for each rule of `policy` that matches nothing, when a caller has read the lists to their
   * end. Default: nothing is called.
   */
  onUnmatchedRule?: ((rule: UnmatchedRule) => void) | undefined
}

import type { VerifiedToken } from "@doorward/jwt-verifier"
import type {
  GrantedToken,
  IdentifiedToken,
  Identity,
  Principal,
  UpstreamToken,
} from "@doorward/oauth-core"

/**
 * Who is calling, as tools see it. It has the members of `AuthInfo` in both official SDKs, all of them set.
 *
 * Use {@link grantedToken} or {@link verifiedToken} to read `extra` with types.
 */
export type AuthInfo = {
  /** The MCP client's token. Never send it anywhere: it is good for this server only. */
  token: string
  /** The MCP client; empty if the token names none. */
  clientId: string
  /** The scopes of the token. */
  scopes: string[]
  /** When the token expires, in seconds since the epoch. */
  expiresAt: number
  /** The MCP endpoint that was called. */
  resource: URL
  /** Where the metadata of the endpoint is (RFC 9728 §3). */
  resourceMetadataUrl: string
  /** What the SDKs have no member for. */
  extra: {
    /** The token, verified. */
    verified: VerifiedToken
    /** Who is behind the token, if that is known: a person, an application or an agent. */
    principal?: Principal
    /**
     * The issuer of a token that `alsoAccept` let in and whose verifier knows no principal. What its claims
     * say means nothing to whoever knows the people and roles of the resource's own issuer.
     */
    foreignIssuer?: string
    /** Behind a proxy: who signed in, or the client that acts for itself. */
    identity?: Identity
    /** Behind a proxy: gets a token of the upstream provider for calls that a tool makes. */
    upstreamToken?: (scopes: readonly string[]) => Promise<UpstreamToken>
  }
}

/** What an SDK passes to a tool: at least this much of {@link AuthInfo}. */
export interface SdkAuthInfo {
  /** What the guard added, if the request came through one. */
  extra?: Record<string, unknown>
}

/**
 * What the access token says, from the `authInfo` that an SDK passes to a tool.
 *
 * @throws {TypeError} if the request did not come through `mcpGuard` or `protectMcp`.
 */
export function verifiedToken(authInfo: SdkAuthInfo | undefined): VerifiedToken {
  const verified = authInfo?.extra?.verified
  if (!isVerified(verified))
    throw new TypeError("no token: this server is not behind mcpGuard or protectMcp")
  return verified
}

/**
 * Who signed in, through which client, and a way to get tokens of the upstream provider for the calls
 * that a tool makes.
 *
 * @example
 * server.registerTool("whoami", {}, ({ http }) => {
 *   const { identity } = grantedToken(http?.authInfo)
 *   return { content: [{ type: "text", text: identity.name ?? identity.subject }] }
 * })
 * @throws {TypeError} if the request did not come through `mcpGuard` or `protectMcp` with a proxy.
 */
export function grantedToken(authInfo: SdkAuthInfo | undefined): GrantedToken {
  const verified = verifiedToken(authInfo)
  if (!isGranted(verified))
    throw new TypeError("no grant: the caller did not sign in through a proxy")
  return verified
}

export function isGranted(token: VerifiedToken): token is GrantedToken {
  return "identity" in token && "upstreamToken" in token
}

function isIdentified(token: VerifiedToken): token is IdentifiedToken {
  return "principal" in token
}

/** Who is behind a token, if whatever verified it knows. */
export function principalOf(verified: VerifiedToken): Principal | undefined {
  return isIdentified(verified) ? verified.principal : undefined
}

function isVerified(value: unknown): value is VerifiedToken {
  return typeof value === "object" && value !== null && "claims" in value && "subject" in value
}

import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { GrantedToken, Identity, UpstreamToken } from "@doorward/oauth-core"

/**
 * Who is calling, as tools see it: the `AuthInfo` of both official SDK lines, filled.
 *
 * Use {@link grantedToken} or {@link verifiedToken} to read it with types.
 */
export type AuthInfo = {
  /** The MCP client's token. Never send it anywhere: it is good for this server only. */
  token: string
  /** The MCP client; empty if the token names none. */
  clientId: string
  scopes: string[]
  /** Seconds since the epoch. */
  expiresAt: number
  resource: URL
  resourceMetadataUrl: string
  extra: {
    verified: VerifiedToken
    /** Behind a proxy: who signed in. */
    identity?: Identity
    /** Behind a proxy: a token of the upstream provider for calls that a tool makes. */
    upstreamToken?: (scopes: readonly string[]) => Promise<UpstreamToken>
  }
}

/** What an SDK hands to a tool: at least this much of {@link AuthInfo}. */
export interface SdkAuthInfo {
  extra?: Record<string, unknown>
}

/**
 * What the access token says, from the `authInfo` that an SDK hands to a tool.
 *
 * @throws {TypeError} if the request did not come through `protectMcp`.
 */
export function verifiedToken(authInfo: SdkAuthInfo | undefined): VerifiedToken {
  const verified = authInfo?.extra?.verified
  if (!isVerified(verified)) throw new TypeError("no token: this server is not behind protectMcp")
  return verified
}

/**
 * Who signed in, through which client, and tokens of the upstream provider for the calls of a tool.
 *
 * @throws {TypeError} if the request did not come through `protectMcp` with a proxy.
 */
export function grantedToken(authInfo: SdkAuthInfo | undefined): GrantedToken {
  const verified = verifiedToken(authInfo)
  if (!isGranted(verified)) throw new TypeError("no grant: this server is not behind a proxy")
  return verified
}

export function isGranted(token: VerifiedToken): token is GrantedToken {
  return "identity" in token && "upstreamToken" in token
}

function isVerified(value: unknown): value is VerifiedToken {
  return typeof value === "object" && value !== null && "claims" in value && "subject" in value
}

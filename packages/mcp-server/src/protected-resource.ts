import type { TokenVerifier, VerifiedToken } from "@doorward/jwt-verifier"
import type { DpopCheck } from "@doorward/oauth-core"
import type { ScopeExpansion } from "./policy/scope-hierarchy.ts"

/** The MCP endpoint as a protected resource (RFC 9728), configured and ready to serve. */
export interface ProtectedResource {
  /** The URL that clients use, as it was configured. */
  resource: string
  url: URL
  /** Where the metadata is served, on the resource's host. */
  metadataPaths: readonly string[]
  /** What a challenge names: the first of them. */
  metadataUrl: string
  name: string | undefined
  /** What a client can ask for. */
  scopes: readonly string[]
  /** What a client is told to ask for at first. */
  challengeScopes: readonly string[]
  /** What every token must have. */
  requireScopes: readonly string[]
  authorizationServers: readonly string[]
  verifier: TokenVerifier
  /** Whether a token comes from another issuer than the resource's own. */
  isForeign(verified: VerifiedToken): boolean
  /** Checks proofs of keys, where the proxy has turned that on. */
  dpop: DpopCheck | undefined
  /** Adds the scopes that a token's scopes contain. */
  expandScopes: ScopeExpansion
}

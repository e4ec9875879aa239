import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Hono } from "hono"
import type { Identity, IdentityProviderError, UpstreamToken } from "./ports/identity-provider.ts"
import type { CopiedRecords } from "./records/copy-records.ts"
import type { ResealedRecords } from "./records/reseal-records.ts"
import type { Store } from "./ports/store.ts"

/** A resource server (an MCP endpoint) that the proxy issues tokens for (RFC 8707, RFC 9728). */
export interface ProtectedResource {
  /** The URL that clients use, byte for byte. It becomes the token's `aud`. */
  resource: string
  /** What people see on the consent page. Default: the resource's host. */
  name?: string
  /** The scopes that a client may ask for here. */
  scopes: readonly string[]
}

/** An access token of the proxy's own, verified, with its grant alive. */
export interface GrantedToken extends VerifiedToken {
  clientId: string
  clientName?: string
  identity: Identity
  /**
   * A token of the upstream provider for a call that a tool makes, refreshed if it must be.
   *
   * @throws {IdentityProviderError} with what the failure means.
   */
  upstreamToken(scopes: readonly string[]): Promise<UpstreamToken>
  /**
   * To be called if an API answers a tool with a claims challenge (Conditional Access, continuous access
   * evaluation): the client's next requests are refused with it until the person has signed in again.
   */
  requireClaims(challenge: IdentityProviderError): Promise<void>
}

/** An OAuth 2.1 authorization server in front of one upstream identity provider. */
export interface OAuthProxy {
  /** Every endpoint; mount it at the root of the host that `baseUrl` names. */
  readonly app: Hono
  readonly issuer: string
  readonly resources: readonly ProtectedResource[]
  /** Verifies access tokens whose audience is `resource`. @throws {TypeError} if it is not one of `resources`. */
  tokenVerifier(resource: string): { verify(token: string): Promise<GrantedToken> }
  /** Withdraws the signing keys at once: every access token must be refreshed. @returns the new key's id. */
  rotateKeys(): Promise<string>
  /**
   * Seals every record under the first secret, before an older one is dropped from the configuration.
   * Reads the whole store.
   */
  resealRecords(): Promise<ResealedRecords>
  /**
   * Copies every record into another store, to move there. Stop every instance first: what is written
   * meanwhile would be lost.
   */
  copyRecords(to: Store): Promise<CopiedRecords>
  /** Ends every grant of a user, named by the `sub` of their tokens. @returns how many there were. */
  endGrantsOf(userId: string): Promise<number>
}

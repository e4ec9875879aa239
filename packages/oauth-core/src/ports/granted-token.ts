import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Identity, IdentityProviderError, UpstreamToken } from "./identity-provider.ts"

/** An access token that the proxy issued, verified, with its grant alive. */
export interface GrantedToken extends VerifiedToken {
  /** The client that it was issued to. */
  clientId: string
  /** The name that the client chose for itself. */
  clientName?: string
  /** Who signed in. */
  identity: Identity
  /**
   * A token of the upstream provider for a call that a tool makes, refreshed if it must be.
   *
   * @param scopes in the provider's spelling; none means the sign-in's own token.
   * @throws {IdentityProviderError} with what the failure means.
   */
  upstreamToken(scopes: readonly string[]): Promise<UpstreamToken>
  /**
   * Call it if an API answers a tool with a claims challenge (Conditional Access, continuous access
   * evaluation): the client's next requests are refused with it until the person has signed in again.
   */
  requireClaims(challenge: IdentityProviderError): Promise<void>
}

import type { Identity, IdentityProviderError, UpstreamToken } from "./identity-provider.ts"
import type { IdentifiedToken } from "./principal.ts"

/** A verified access token that the proxy issued and whose grant is still active. */
export interface GrantedToken extends IdentifiedToken {
  /** The client that the token was issued to. */
  clientId: string
  /** The name that the client chose for itself. */
  clientName?: string
  /** The identity of its principal: who signed in, or the client that acts for itself. */
  identity: Identity
  /**
   * Whether its grant is still active, however long ago the token expired: for an event stream that
   * stays open. It may lag by up to 5 seconds.
   *
   * @throws {TokenError} `unavailable` if the store cannot say.
   */
  isActive(): Promise<boolean>
  /**
   * Gets an access token of the upstream provider, for a tool to call an API with. Refreshes it first
   * if necessary.
   *
   * @param scopes in the provider's spelling. An empty list means the access token of the sign-in
   * itself. Only a person who signed in upstream has such tokens.
   * @throws {IdentityProviderError} whose `failure` says what to do.
   */
  upstreamToken(scopes: readonly string[]): Promise<UpstreamToken>
  /**
   * Notes that the client was told to ask for scopes (RFC 6750 §3.1, `insufficient_scope`). If its grant lacks
   * one of them, refreshes are refused for the next 15 seconds: many clients refresh first, which cannot give
   * them the scope, and sign in only if that fails. The grant goes on.
   */
  requireScopes(scopes: readonly string[]): Promise<void>
  /**
   * Records a claims challenge that an API sent to a tool (Conditional Access, continuous access
   * evaluation). The client's next requests are refused with it until the person has signed in again.
   *
   * @param challenge an error whose `claims` are the challenge. One without `claims` does nothing.
   */
  requireClaims(challenge: IdentityProviderError): Promise<void>
}

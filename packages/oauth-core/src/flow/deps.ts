import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { ServerEvent } from "../ports/events.ts"
import type { Identity, IdentityProvider } from "../ports/identity-provider.ts"
import type { Records } from "../records/record-store.ts"
import type { AccessTokens } from "../access-tokens/access-token.ts"
import type { BrowserBinding } from "../tokens/browser-binding.ts"
import type { SigningKeys } from "../access-tokens/signing-keys.ts"
import type { Client } from "../ports/client.ts"
import type { ClientDocuments } from "./clients/documents.ts"
import type { GrantLookup } from "./grant-lookup.ts"
import type { Settings } from "./settings.ts"
import type { UpstreamLease } from "./upstream/lease.ts"

/** What the steps of the flow work with. Made once, by the composition root. */
export interface Deps {
  readonly settings: Settings
  readonly provider: IdentityProvider
  readonly records: Records
  readonly signingKeys: SigningKeys
  readonly accessTokens: AccessTokens
  /** Verifies the server's own access tokens, for any of its resources. */
  readonly ownTokens: TokenVerifier
  readonly documents: ClientDocuments | undefined
  readonly binding: BrowserBinding
  readonly upstreamLease: UpstreamLease
  readonly grantLookup: GrantLookup
  readonly hooks: Hooks
  emit(event: ServerEvent): void
  /** Milliseconds since the epoch. */
  now(): number
}

export interface Hooks {
  /**
   * Runs at every sign-in and every upstream refresh, before anything is issued. A text refuses the
   * person, and is shown to them.
   */
  onSignIn?(identity: Identity, client: Client): SignInDecision | Promise<SignInDecision>
  /** Runs at every registration. A text refuses it, and is sent to the client. */
  onRegister?(client: Client): SignInDecision | Promise<SignInDecision>
}

/** `undefined` lets in; a text refuses and says why. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing lets in
export type SignInDecision = string | undefined | void

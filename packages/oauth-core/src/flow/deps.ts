import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { AccessTokens } from "../access-tokens/access-token.ts"
import type { SigningKeys } from "../access-tokens/signing-keys.ts"
import type { OAuthProxyOptions } from "../options.ts"
import type { DpopCheck } from "../ports/dpop.ts"
import type { ServerEvent } from "../ports/events.ts"
import type { IdentityProvider } from "../ports/identity-provider.ts"
import type { SubjectTokenType } from "../protocol/token-request.ts"
import type { Records } from "../records/record-store.ts"
import type { BrowserBinding } from "../tokens/browser-binding.ts"
import type { ClientDocuments } from "./clients/documents.ts"
import type { SecretUses } from "./clients/secret-use.ts"
import type { GrantLookup } from "./grants/live-grant.ts"
import type { Settings } from "./settings.ts"
import type { UpstreamLease } from "./upstream/lease.ts"

/** What the steps of the flow need. `oauthProxy` creates it once. */
export interface Deps {
  readonly settings: Settings
  readonly provider: IdentityProvider
  readonly records: Records
  readonly signingKeys: SigningKeys
  readonly accessTokens: AccessTokens
  /** Verifies access tokens that this server issued for any of its resources. */
  readonly ownTokens: TokenVerifier
  /** Verifies ID-JAGs, if this server takes any. */
  readonly identityAssertions: TokenVerifier | undefined
  /** Verify what each client may exchange, for those that may. */
  readonly subjectTokens: ReadonlyMap<string, Readonly<Record<SubjectTokenType, TokenVerifier>>>
  /** Checks DPoP proofs, if they are turned on. */
  readonly dpop: DpopCheck | undefined
  readonly documents: ClientDocuments | undefined
  readonly secretUses: SecretUses
  readonly binding: BrowserBinding
  readonly upstreamLease: UpstreamLease
  readonly grantLookup: GrantLookup
  readonly hooks: Pick<OAuthProxyOptions, "onSignIn" | "onRegister">
  emit(event: ServerEvent): void
  /** Milliseconds since the epoch. */
  now(): number
}

export { type OAuthProxyOptions, oauthProxy } from "./authorization-server.ts"
export {
  allowListFetcher,
  DocumentError,
  type DocumentFetcher,
  type FetchedDocument,
  type FetchLimits,
} from "./ports/document-fetcher.ts"
export {
  AuthorizationError,
  ConfigurationError,
  OAuthError,
  type OAuthErrorCode,
  type OAuthErrorOptions,
  type RedirectTarget,
} from "./ports/errors.ts"
export type { GrantEndCause, RefusalReason, ServerEvent } from "./ports/events.ts"
export type { Client, StaticClient } from "./ports/client.ts"
export type { Hooks, SignInDecision } from "./flow/deps.ts"
export type { ConsentMode, SettingsOptions } from "./flow/settings.ts"
export type { ConsentPage, ConsentPageData } from "./http/pages/consent-page.ts"
export type { HttpOptions, Limiter, ResourceServerCredential } from "./http/context.ts"
export { type Html, page, sendPage } from "./http/pages/page.ts"
export {
  type Identity,
  type IdentityProvider,
  IdentityProviderError,
  type SignIn,
  type SignInHints,
  type UpstreamAuthorization,
  type UpstreamFailure,
  type UpstreamToken,
  type UpstreamTokens,
} from "./ports/identity-provider.ts"
export { type MemoryStoreOptions, memoryStore } from "./memory-store.ts"
export type { GrantedToken, OAuthProxy, ProtectedResource } from "./oauth-proxy.ts"
export type { CopiedRecords } from "./records/copy-records.ts"
export type { ResealedRecords } from "./records/reseal-records.ts"
export {
  allOf,
  allowEmailDomains,
  allowGroups,
  allowRoles,
  allowTenants,
  anyOf,
  type PolicyOptions,
  type SignInPolicy,
} from "./sign-in-policies.ts"
export { type Store, StoreUnavailableError } from "./ports/store.ts"
export { UnreadableValueError } from "./tokens/seal.ts"

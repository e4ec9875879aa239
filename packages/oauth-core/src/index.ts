export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export type { IdentityAssertion, SignedAssertion } from "./access-tokens/identity-assertion.ts"
export type { ClientCredentials, StaticClient, TokenExchange } from "./client-options.ts"
export type { StaticClientSummary } from "./flow/clients/list-static.ts"
export type { EndedClient } from "./flow/grants/end-client.ts"
export type { GrantSummary } from "./flow/grants/list.ts"
export type { ClientSummary } from "./flow/grants/list-clients.ts"
export type { ProtectedResource } from "./flow/settings.ts"
export { type Html, page, sendPage } from "./http/pages/page.ts"
export { type MemoryStoreOptions, memoryStore } from "./memory-store.ts"
export { type OAuthProxy, oauthProxy } from "./oauth-proxy.ts"
export type {
  ConsentMode,
  IdentityAssertionIssuer,
  Lifetimes,
  LimitedEndpoint,
  LimitedRequest,
  Limiter,
  OAuthProxyOptions,
  RefusedSignIn,
  RegistrationDecision,
  RegistrationToken,
  ResourceServer,
  ResourceServerCredential,
  SignInDecision,
} from "./options.ts"
export type {
  Client,
  ClientAuthenticationMethod,
  ClientKeys,
  ClientSecret,
} from "./ports/client.ts"
export type { ConsentPage, ConsentPageData, ServerIdentity } from "./ports/consent-page.ts"
export {
  allowListFetcher,
  DocumentError,
  type DocumentFetcher,
  type FetchedDocument,
  type FetchLimits,
} from "./ports/document-fetcher.ts"
export { type DpopCheck, DpopError, type ProvenRequest } from "./ports/dpop.ts"
export {
  AuthorizationError,
  OAuthError,
  type OAuthErrorCode,
  type OAuthErrorOptions,
  type RedirectTarget,
} from "./ports/errors.ts"
export type { GrantEndCause, RefusalReason, ServerEvent } from "./ports/events.ts"
export type { GrantedToken } from "./ports/granted-token.ts"
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
export type {
  Agent,
  AgentPrincipal,
  AppPrincipal,
  IdentifiedToken,
  PersonPrincipal,
  Principal,
} from "./ports/principal.ts"
export { type Store, StoreUnavailableError } from "./ports/store.ts"
export type { CopiedRecords } from "./records/copy-records.ts"
export type { ResealedRecords } from "./records/reseal-records.ts"
export {
  allOf,
  allowEmailDomains,
  allowGroups,
  allowPeople,
  allowRoles,
  allowTenants,
  anyOf,
  type PolicyOptions,
  type SignInPolicy,
} from "./sign-in-policies.ts"
export {
  hashClientSecret,
  type NewClientSecret,
  newClientSecret,
} from "./tokens/client-secret-hash.ts"
export { UnreadableValueError } from "./tokens/seal.ts"

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
} from "./identity-provider.ts"
export { type MemoryStoreOptions, memoryStore } from "./memory-store.ts"
export type { GrantedToken, OAuthProxy, ProtectedResource } from "./oauth-proxy.ts"
export { type Store, StoreUnavailableError } from "./store.ts"

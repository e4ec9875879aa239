export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export type { ClientOptions } from "./client-options.ts"
export { type OAuthProviderOptions, oauthProvider } from "./oauth-provider.ts"
export { type OidcProviderOptions, oidcProvider } from "./oidc-provider.ts"

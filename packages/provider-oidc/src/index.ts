export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export { type OAuthProviderOptions, oauthProvider } from "./oauth-provider.ts"
export { type OidcProviderOptions, oidcProvider } from "./oidc-provider.ts"

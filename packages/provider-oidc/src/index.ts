export { type OAuthProviderOptions, oauthProvider } from "./oauth-provider.ts"
export { type OidcProviderOptions, oidcProvider } from "./oidc-provider.ts"
export { type OptionProblem, ProviderOptionsError } from "./upstream/index.ts"

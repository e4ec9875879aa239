export type { AzureProviderOptions } from "./azure-options.ts"
export { azureProvider } from "./azure-provider.ts"
export { claimsChallenge } from "./claims-challenge.ts"
export {
  type EntraTokenVerifier,
  type EntraTokenVerifierOptions,
  entraTokenVerifier,
} from "./entra-token-verifier.ts"

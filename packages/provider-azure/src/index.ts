export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export { azureProvider } from "./azure-provider.ts"
export type { AzureProviderOptions } from "./azure-provider-options.ts"
export { claimsChallenge } from "./claims-challenge.ts"
export { graphUrlOf } from "./cloud.ts"
export {
  type EntraTokenVerifier,
  type EntraTokenVerifierOptions,
  entraTokenVerifier,
} from "./entra-token-verifier.ts"

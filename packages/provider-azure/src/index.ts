export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export type { AzureProviderOptions } from "./azure-options.ts"
export { azureProvider } from "./azure-provider.ts"
export { claimsChallenge } from "./claims-challenge.ts"
export { graphUrlOf } from "./cloud.ts"
export {
  type EntraTokenVerifier,
  type EntraTokenVerifierOptions,
  entraTokenVerifier,
} from "./entra-token-verifier.ts"

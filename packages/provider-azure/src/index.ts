export type { AzureProviderOptions } from "./azure-options.ts"
export { azureProvider } from "./azure-provider.ts"

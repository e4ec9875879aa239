export type {
  IdentityProviderHarness,
  ProviderFetch,
  ProviderWorld,
} from "./identity-provider-conformance/harness.ts"
export { identityProviderConformance } from "./identity-provider-conformance.ts"
export type { StoreHarness, StoreOutage, StoreRace } from "./store-conformance/harness.ts"
export { contend } from "./store-conformance/sharing.ts"
export { storeConformance } from "./store-conformance.ts"

export type { StoredCookie } from "./cookie-jar.ts"
export {
  type ButtonChoice,
  type HeadlessBrowser,
  type HeadlessBrowserOptions,
  type Hop,
  headlessBrowser,
  type Page,
} from "./headless-browser.ts"
export type { FormButton, FormField, HtmlForm, HtmlLink } from "./html-forms.ts"
export type {
  IdentityProviderHarness,
  ProviderFetch,
  ProviderWorld,
} from "./identity-provider-conformance/harness.ts"
export { identityProviderConformance } from "./identity-provider-conformance.ts"
export type { StoreHarness, StoreOutage, StoreRace } from "./store-conformance/harness.ts"
export { contend } from "./store-conformance/sharing.ts"
export { storeConformance } from "./store-conformance.ts"

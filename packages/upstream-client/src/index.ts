export {
  authorizeParameters,
  callFields,
  scopeToken,
  secureUrl,
  whenMissing,
} from "./option-fields.ts"
export { refreshTokenOf } from "./refresh-token.ts"
export { type ExplainRefusal, explainRefusal, type Refusal, refusalCause } from "./refusal.ts"
export { keptOnSuccess, shared } from "./shared-work.ts"
export { type SignInHintRules, signInParameters } from "./sign-in-hints.ts"
export { refusedResponse, type UpstreamTokenResponse } from "./token-response.ts"
export { type UpstreamClient, type UserInfoClaims, upstreamClient } from "./upstream-client.ts"
export type { UpstreamClientOptions } from "./upstream-client-options.ts"
export {
  type UpstreamCallOptions,
  type UpstreamFetchOptions,
  upstreamFetch,
} from "./upstream-fetch.ts"
export { type FixOf, verifyIssued } from "./verify-issued.ts"

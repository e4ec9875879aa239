export { authorizeParameters, callFields, scopeToken, secureUrl } from "./option-fields.ts"
export { type OptionProblem, ProviderOptionsError, parseOptions } from "./options.ts"
export { refreshTokenOf } from "./refresh-token.ts"
export { type ExplainRefusal, explainRefusal, type Refusal, refusalCause } from "./refusal.ts"
export { keptOnSuccess, shared } from "./shared-work.ts"
export { refusedResponse, type UpstreamTokenResponse } from "./token-response.ts"
export {
  type UpstreamClient,
  type UpstreamClientOptions,
  type UserInfoClaims,
  upstreamClient,
} from "./upstream-client.ts"
export { type UpstreamFetchOptions, upstreamFetch } from "./upstream-fetch.ts"
export { type MendOf, verifyIssued } from "./verify-issued.ts"

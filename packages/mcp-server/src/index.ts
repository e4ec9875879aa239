export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export { type AuthInfo, grantedToken, type SdkAuthInfo, verifiedToken } from "./auth-info.ts"
export {
  type McpGuard,
  type McpGuardFetchOptions,
  type McpGuardMetadata,
  mcpGuard,
} from "./mcp-guard.ts"
export {
  type OpenDiscovery,
  type OpenMethod,
  openMethods,
} from "./open-discovery.ts"
export type {
  GuardOptions,
  IssuingProxy,
  McpGuardOptions,
  MountOptions,
  ProtectMcpOptions,
  ResourceDetails,
  ResourceOfIssuer,
  ResourceOfProxy,
  ResourceOptions,
} from "./options.ts"
export type {
  Policy,
  PolicyCall,
  PolicyRule,
  PolicyRules,
  UnmatchedRule,
} from "./policy/policy.ts"
export { type OfferedObjects, rulesWithoutMatch } from "./policy/unmatched-rules.ts"
export { type HonoApp, type HonoContext, protectMcp } from "./protect-mcp.ts"
export type { AllowedOrigins } from "./protocol/origin.ts"
export type { Refusal, RefusalReason } from "./refusals.ts"
export type { ServeMcp, ServeMcpOptions, ServeOpen } from "./serve-mcp.ts"

export { type AuthInfo, grantedToken, type SdkAuthInfo, verifiedToken } from "./auth-info.ts"
export type { ToolPolicies, ToolPolicy } from "./flow/authorize-tools.ts"
export type { GuardOptions, ServeMcp } from "./http/guard.ts"
export { type ProtectMcpOptions, protectMcp } from "./protect-mcp.ts"
export type {
  IssuingProxy,
  ResourceOfIssuer,
  ResourceOfProxy,
  ResourceOptions,
} from "./protected-resource.ts"
export type { AllowedOrigins } from "./protocol/origin.ts"
export type { Refusal, RefusalReason } from "./refusal.ts"

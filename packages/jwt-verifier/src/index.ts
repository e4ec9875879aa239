export { TokenError, type TokenErrorCode } from "./token-error.ts"
export type { TokenVerifier, VerifiedToken } from "./token-verifier.ts"

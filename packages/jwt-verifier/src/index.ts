export { ConfigurationError, type OptionProblem } from "@doorward/boundary"
export {
  type DpopProof,
  DpopProofError,
  dpopAlgorithms,
  dpopProofWindow,
  type ExpectedDpopProof,
  verifyDpopProof,
} from "./dpop-proof.ts"
export { firstOf } from "./first-of.ts"
export type { FetchFunction } from "./http/fetch-json.ts"
export { introspectionVerifier } from "./introspection-verifier.ts"
export type { IntrospectionVerifierOptions } from "./introspection-verifier-options.ts"
export type { IssuerFunction } from "./issuer-rule.ts"
export type { SignatureAlgorithm } from "./jose/algorithms.ts"
export type { JoseHeader } from "./jose/compact-jws.ts"
export { jwtVerifier } from "./jwt-verifier.ts"
export type { JwtVerifierOptions } from "./jwt-verifier-options.ts"
export type { KeyFunction } from "./keys/key-function.ts"
export { TokenError, type TokenErrorCode } from "./token-error.ts"
export type { TokenVerifier, VerifiedToken } from "./token-verifier.ts"

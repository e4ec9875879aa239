import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { ConfiguredResource } from "../protected-resource.ts"
import type { Refused } from "./refused.ts"

/** The 401 that makes a client sign in again with these claims (Conditional Access, CAE). */
export function claimsRequired(
  claims: string,
  { scopes, metadataUrl }: ConfiguredResource,
  verified?: VerifiedToken,
): Refused {
  const message = "The sign-in does not suffice for this call. Sign in again."
  return {
    status: 401,
    reason: "insufficient_claims",
    message,
    challenge: {
      error: "insufficient_claims",
      description: message,
      scopes,
      resourceMetadataUrl: metadataUrl,
      claims,
    },
    ...(verified && { verified }),
  }
}

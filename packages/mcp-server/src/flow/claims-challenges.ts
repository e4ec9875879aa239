import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { ConfiguredResource } from "../protected-resource.ts"
import type { Refused } from "./refused.ts"

/** Claims requests that came up after a response had begun, until the grant's next request. */
export interface ClaimsChallenges {
  raise(verified: VerifiedToken, claims: string): void
  /** The grant's challenge, once. */
  take(verified: VerifiedToken): string | undefined
}

const LIFETIME = 10 * 60_000
const LIMIT = 1000

/** Kept in memory, 10 minutes each, the newest thousand: what is lost comes up again with the next call. */
export function claimsChallenges(): ClaimsChallenges {
  const challenges = new Map<string, { claims: string; expiresAt: number }>()
  return {
    raise(verified, claims) {
      const key = grantOf(verified)
      challenges.delete(key)
      challenges.set(key, { claims, expiresAt: Date.now() + LIFETIME })
      const oldest = challenges.keys().next().value
      if (challenges.size > LIMIT && oldest !== undefined) challenges.delete(oldest)
    },
    take(verified) {
      if (challenges.size === 0) return undefined
      const key = grantOf(verified)
      const challenge = challenges.get(key)
      challenges.delete(key)
      return challenge && challenge.expiresAt > Date.now() ? challenge.claims : undefined
    },
  }
}

/** The 401 that makes a client sign in again with these claims (Conditional Access, CAE). */
export function claimsRequired(
  verified: VerifiedToken,
  claims: string,
  { scopes, metadataUrl }: ConfiguredResource,
): Refused {
  const message = "The sign-in does not suffice for this call. Sign in again."
  return {
    status: 401,
    reason: "claims_required",
    message,
    challenge: {
      error: "insufficient_claims",
      description: message,
      scopes,
      resourceMetadataUrl: metadataUrl,
      claims,
    },
    verified,
  }
}

function grantOf({ claims, issuer, subject, clientId }: VerifiedToken): string {
  return typeof claims.gid === "string" ? claims.gid : JSON.stringify([issuer, subject, clientId])
}

import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { DpopError } from "@doorward/oauth-core"
import type { ProtectedResource } from "./protected-resource.ts"
import type { TokenScheme } from "./protocol/token-credentials.ts"
import { type DpopRefusalReason, type Refused, signInScopes } from "./refusals.ts"

const KEY_MESSAGES: Readonly<Record<Exclude<DpopRefusalReason, DpopError["reason"]>, string>> = {
  token_bound_to_key: "The token is bound to a key. Send it with a proof, by the scheme DPoP.",
  token_not_bound: "The token is not bound to a key. Get one with a DPoP proof.",
}

/** The token is good, but whoever sent it has not proved that it is theirs (RFC 9449 §7). */
export function unproven(
  reason: keyof typeof KEY_MESSAGES,
  scheme: TokenScheme,
  verified: VerifiedToken,
  resource: ProtectedResource,
): Refused {
  const message = KEY_MESSAGES[reason]
  return {
    status: 401,
    reason,
    message,
    challenge: {
      scheme,
      error: "invalid_token",
      description: message,
      scopes: signInScopes(resource, verified),
      resourceMetadataUrl: resource.metadataUrl,
    },
    verified,
  }
}

/** The proof itself is not good, or needs the nonce that the answer carries (RFC 9449 §9). */
export function proofRefused(
  { code, reason, message, cause }: DpopError,
  verified: VerifiedToken,
  { metadataUrl }: ProtectedResource,
): Refused {
  return {
    status: 401,
    reason,
    message,
    challenge: {
      scheme: "DPoP",
      error: code,
      description: message,
      resourceMetadataUrl: metadataUrl,
    },
    verified,
    cause,
  }
}

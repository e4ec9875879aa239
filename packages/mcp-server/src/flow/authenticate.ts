import { TokenError, type VerifiedToken } from "@doorward/jwt-verifier"
import type { ConfiguredResource } from "../protected-resource.ts"
import { readBearerCredentials } from "../protocol/bearer-credentials.ts"
import { includesAll, union } from "../protocol/scope.ts"
import { claimsRequired } from "./claims-required.ts"
import type { Refused } from "./refused.ts"

export type Authenticated = { token: string; verified: VerifiedToken } | { refused: Refused }

/**
 * Takes the token from the `Authorization` header, and nowhere else, and has it verified
 * (OAuth 2.1 §5.1 to §5.3).
 */
export async function authenticate(
  authorization: string | null,
  resource: ConfiguredResource,
): Promise<Authenticated> {
  const { scopes, metadataUrl: resourceMetadataUrl } = resource
  const credentials = readBearerCredentials(authorization)
  if (credentials.kind === "none") {
    return {
      refused: {
        status: 401,
        reason: "no_credentials",
        message: "Sign in to use this server.",
        challenge: { scopes, resourceMetadataUrl },
      },
    }
  }
  if (credentials.kind === "malformed") {
    const message = "The Authorization header must hold one bearer token."
    return {
      refused: {
        status: 400,
        reason: "malformed_credentials",
        message,
        challenge: { error: "invalid_request", description: message, resourceMetadataUrl },
      },
    }
  }
  const { token } = credentials
  let verified: VerifiedToken
  try {
    verified = await resource.verifier.verify(token)
  } catch (error) {
    return { refused: refusedToken(error, resource) }
  }
  if (!includesAll(verified.scopes, resource.requireScopes)) {
    return { refused: insufficientScope(verified, resource.requireScopes, resource) }
  }
  return { token, verified }
}

/**
 * A 403 that names all scopes to ask for: those that the operation needs, and those of this resource
 * that the token has, so that a client which asks for exactly these loses nothing (SEP-2350).
 */
export function insufficientScope(
  verified: VerifiedToken,
  needed: readonly string[],
  { scopes, metadataUrl }: ConfiguredResource,
): Refused {
  const kept = verified.scopes.filter((scope) => scopes.includes(scope))
  const message = "The token lacks a scope that this request needs."
  return {
    status: 403,
    reason: "insufficient_scope",
    message,
    challenge: {
      error: "insufficient_scope",
      description: message,
      scopes: union(kept, needed),
      resourceMetadataUrl: metadataUrl,
    },
    verified,
  }
}

function refusedToken(error: unknown, resource: ConfiguredResource): Refused {
  const { scopes, requireScopes, metadataUrl: resourceMetadataUrl } = resource
  if (!(error instanceof TokenError) || error.status === 503) {
    return {
      status: 503,
      reason: error instanceof TokenError ? error.code : "verifier_failed",
      message: "The token could not be checked. Try again shortly.",
      retryAfter: 5,
      cause: error,
    }
  }
  if (error.claims !== undefined) return { ...claimsRequired(error.claims, resource), cause: error }
  const insufficient = error.status === 403
  return {
    status: error.status,
    reason: error.code,
    message: error.message,
    challenge: {
      error: insufficient ? "insufficient_scope" : "invalid_token",
      description: error.message,
      scopes: insufficient && requireScopes.length > 0 ? requireScopes : scopes,
      resourceMetadataUrl,
    },
    cause: error,
  }
}

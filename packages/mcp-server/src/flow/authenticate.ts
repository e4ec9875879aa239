import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { ProtectedResource } from "../protected-resource.ts"
import { readBearerCredentials } from "../protocol/bearer-credentials.ts"
import { includesAll } from "../protocol/scope.ts"
import {
  insufficientScope,
  malformedCredentials,
  noCredentials,
  type Refused,
  tokenRefused,
} from "../refusals.ts"

export type Authenticated = { token: string; verified: VerifiedToken } | { refused: Refused }

/**
 * Reads the token from the `Authorization` header, the only place where it counts, and has it verified
 * (OAuth 2.1 §5.1 to §5.3).
 */
export async function authenticate(
  authorization: string | null,
  resource: ProtectedResource,
): Promise<Authenticated> {
  const credentials = readBearerCredentials(authorization)
  if (credentials.kind === "none") return { refused: noCredentials(resource) }
  if (credentials.kind === "malformed") return { refused: malformedCredentials(resource) }
  const { token } = credentials
  let verified: VerifiedToken
  try {
    verified = await resource.verifier.verify(token)
  } catch (error) {
    return { refused: tokenRefused(error, resource) }
  }
  if (!includesAll(verified.scopes, resource.requireScopes)) {
    return { refused: insufficientScope(verified, resource.requireScopes, resource) }
  }
  return { token, verified }
}

import type { VerifiedToken } from "@doorward/jwt-verifier"
import { callerOf, type KnownCaller } from "../policy/caller.ts"
import type { ProtectedResource } from "../protected-resource.ts"
import { readTokenCredentials } from "../protocol/token-credentials.ts"
import {
  insufficientScope,
  malformedCredentials,
  noCredentials,
  type Refused,
  tokenRefused,
} from "../refusals.ts"
import { proveKey } from "./prove-key.ts"

export type Authenticated = { token: string; caller: KnownCaller } | { refused: Refused }

/**
 * Reads the token from the `Authorization` header, the only place where it counts, and has it verified
 * (OAuth 2.1 §5.1 to §5.3).
 */
export async function authenticate(
  request: Request,
  resource: ProtectedResource,
): Promise<Authenticated> {
  const schemes = resource.dpop ? (["Bearer", "DPoP"] as const) : (["Bearer"] as const)
  const credentials = readTokenCredentials(request.headers.get("authorization"), schemes)
  if (credentials.kind === "none") return { refused: noCredentials(resource) }
  if (credentials.kind === "malformed") return { refused: malformedCredentials(resource) }
  const { token } = credentials
  let verified: VerifiedToken
  try {
    verified = await resource.verifier.verify(token)
  } catch (error) {
    return { refused: tokenRefused(error, resource) }
  }
  const refused = await proveKey(request, credentials, verified, resource)
  if (refused) return { refused }
  const scopes = resource.expandScopes(verified.scopes)
  if (!resource.requireScopes.every((scope) => scopes.has(scope))) {
    return { refused: insufficientScope(verified, resource.requireScopes, resource) }
  }
  return { token, caller: callerOf(verified, scopes, resource.isForeign(verified)) }
}

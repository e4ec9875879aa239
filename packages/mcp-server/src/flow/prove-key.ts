import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { DpopError } from "@doorward/oauth-core"
import { proofRefused, unproven } from "../dpop-refusals.ts"
import type { ProtectedResource } from "../protected-resource.ts"
import type { TokenCredentials } from "../protocol/token-credentials.ts"
import { type Refused, tokenRefused } from "../refusals.ts"

/**
 * Checks that whoever sent a token has its key, if it is bound to one (RFC 9449 §7.1). A bound token sent
 * without a proof is refused whether DPoP is on or not, so that a stolen one is good for nothing (§7.2).
 *
 * @returns why the request is refused, if it is.
 */
export async function proveKey(
  { method, headers }: Request,
  { scheme, token }: Extract<TokenCredentials, { kind: "token" }>,
  verified: VerifiedToken,
  resource: ProtectedResource,
): Promise<Refused | undefined> {
  const { dpop } = resource
  const { cnf } = verified.claims
  if (!dpop || scheme === "Bearer") {
    // Other ways to bind a token, such as to a certificate, cannot be checked here.
    if (cnf !== undefined) return unproven("token_bound_to_key", scheme, verified, resource)
    return dpop?.required ? unproven("token_not_bound", scheme, verified, resource) : undefined
  }
  const bound = thumbprintOf(cnf)
  if (bound === undefined) return unproven("token_not_bound", scheme, verified, resource)
  try {
    const proof = headers.get("dpop") ?? undefined
    const url = resource.resource
    await dpop.check({ proof, method, url, accessToken: token, boundTo: bound })
    return undefined
  } catch (error) {
    if (isDpopError(error)) return proofRefused(error, verified, resource)
    // The store where used proofs are is away.
    return { ...tokenRefused(error, resource), verified }
  }
}

function thumbprintOf(cnf: unknown): string | undefined {
  if (typeof cnf !== "object" || cnf === null || !("jkt" in cnf)) return undefined
  return typeof cnf.jkt === "string" ? cnf.jkt : undefined
}

/** By name, so that a server without a proxy need not load all of `oauth-core` for one class. */
function isDpopError(error: unknown): error is DpopError {
  return error instanceof Error && error.name === "DpopError"
}

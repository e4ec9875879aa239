import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { GrantedToken, IdentityProviderError, UpstreamToken } from "@doorward/oauth-core"
import { type AuthInfo, isGranted, principalOf } from "../auth-info.ts"
import type { ProtectedResource } from "../protected-resource.ts"

/**
 * The `AuthInfo` for a request's tools.
 *
 * @param onClaims called with the claims request if the upstream provider asks for one.
 */
export function describeCaller(
  token: string,
  verified: VerifiedToken,
  resource: ProtectedResource,
  onClaims: (claims: string) => void,
): AuthInfo {
  const caller = {
    token,
    clientId: verified.clientId ?? "",
    scopes: [...verified.scopes],
    expiresAt: verified.expiresAt,
    resource: resource.url,
    resourceMetadataUrl: resource.metadataUrl,
  }
  const principal = principalOf(verified)
  const known = principal && { principal }
  if (!isGranted(verified)) {
    const isForeign = !principal && resource.isForeign(verified)
    const foreign = isForeign && { foreignIssuer: verified.issuer }
    return { ...caller, extra: { verified, ...known, ...foreign } }
  }
  const upstreamToken = watched(verified, onClaims)
  const granted: GrantedToken = {
    ...verified,
    upstreamToken,
    async requireClaims(challenge) {
      if (challenge.claims) onClaims(challenge.claims)
      await verified.requireClaims(challenge)
    },
  }
  return {
    ...caller,
    extra: { verified: granted, ...known, identity: verified.identity, upstreamToken },
  }
}

function watched(granted: GrantedToken, onClaims: (claims: string) => void) {
  return async (scopes: readonly string[]): Promise<UpstreamToken> => {
    try {
      return await granted.upstreamToken(scopes)
    } catch (error) {
      if (isIdentityProviderError(error) && error.claims) onClaims(error.claims)
      throw error
    }
  }
}

/** By name, so that a server without a proxy need not load all of `oauth-core` for one class. */
function isIdentityProviderError(error: unknown): error is IdentityProviderError {
  return (
    error instanceof Error &&
    error.name === "IdentityProviderError" &&
    "failure" in error &&
    error.failure === "interaction_required"
  )
}

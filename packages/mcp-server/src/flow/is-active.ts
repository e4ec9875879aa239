import { TokenError, type VerifiedToken } from "@doorward/jwt-verifier"
import { isGranted } from "../auth-info.ts"
import type { ProtectedResource } from "../protected-resource.ts"

/**
 * Whether whoever sent a token is still signed in: behind a proxy whether their grant is active, however
 * long ago the token expired; else whether the verifier has since learned that the token was revoked.
 *
 * An outage signs nobody out.
 */
export async function isActive(
  token: string,
  verified: VerifiedToken,
  { verifier }: ProtectedResource,
): Promise<boolean> {
  try {
    if (isGranted(verified)) return await verified.isActive()
    // To introspection, a token that has expired is inactive too (RFC 7662 §2.2).
    if (verified.expiresAt * 1000 > Date.now()) await verifier.verify(token)
    return true
  } catch (error) {
    return !(error instanceof TokenError && error.code === "inactive")
  }
}

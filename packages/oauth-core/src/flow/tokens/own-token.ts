import { TokenError, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"

/** One of the server's own access tokens, whose grant may have ended. */
export interface OwnToken {
  verified: VerifiedToken
  grantId: string
}

/**
 * Verifies one of the server's own access tokens.
 *
 * @returns `undefined` if the token is not ours or no longer valid.
 * @throws {TokenError} if it could not be checked.
 */
export async function readOwnToken(
  token: string,
  verifier: TokenVerifier,
): Promise<OwnToken | undefined> {
  try {
    const verified = await verifier.verify(token)
    const { gid } = verified.claims
    return typeof gid === "string" ? { verified, grantId: gid } : undefined
  } catch (error) {
    if (error instanceof TokenError && error.status !== 503) return undefined
    throw error
  }
}

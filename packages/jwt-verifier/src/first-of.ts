import { TokenError, type TokenErrorCode } from "./token-error.ts"
import type { TokenVerifier } from "./token-verifier.ts"

/** Refusals that say "not one of mine", the least telling first. */
const notMine: readonly TokenErrorCode[] = ["malformed", "wrong_issuer", "inactive"]

/**
 * Verifies tokens of several issuers.
 *
 * A verifier is asked only after those before it have said that the token is not theirs: that its `iss`
 * is another issuer's, which a {@link jwtVerifier} says before it looks for a key; that it is not a JWT;
 * or that it is not active. Any other refusal is final. So the order is free for JWT verifiers, and an
 * introspection verifier, which sends the token away, comes after them.
 *
 * @throws {TypeError} without a verifier.
 */
export function firstOf(...verifiers: readonly TokenVerifier[]): TokenVerifier {
  if (verifiers.length === 0) throw new TypeError("firstOf needs a verifier")
  return {
    async verify(token) {
      let refusal: TokenError | undefined
      for (const verifier of verifiers) {
        try {
          return await verifier.verify(token)
        } catch (error) {
          if (!(error instanceof TokenError) || !notMine.includes(error.code)) throw error
          if (!refusal || notMine.indexOf(error.code) > notMine.indexOf(refusal.code)) {
            refusal = error
          }
        }
      }
      throw refusal
    },
  }
}

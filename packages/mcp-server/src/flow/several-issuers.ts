import { firstOf, TokenError, type TokenVerifier } from "@doorward/jwt-verifier"

/**
 * A verifier of a resource's own tokens, and of those that others verify. The others get only what is no
 * JWT of the resource's own issuer, so that none of its access tokens is ever sent away, not even one that
 * was revoked.
 */
export function withOthers(own: TokenVerifier, others: readonly TokenVerifier[]): TokenVerifier {
  if (others.length === 0) return own
  const other = firstOf(...others)
  return {
    async verify(token) {
      try {
        return await own.verify(token)
      } catch (error) {
        if (!isOfAnother(error)) throw error
        return other.verify(token).catch((refusal: unknown) => {
          // Nobody's token: the resource's own reason says more to its clients.
          throw isOfAnother(refusal) ? error : refusal
        })
      }
    },
  }
}

function isOfAnother(error: unknown): boolean {
  return (
    error instanceof TokenError && (error.code === "wrong_issuer" || error.code === "malformed")
  )
}

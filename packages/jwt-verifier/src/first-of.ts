import { customOption, readOptions } from "@doorward/boundary"
import { z } from "zod"
import { TokenError, type TokenErrorCode } from "./token-error.ts"
import type { TokenVerifier } from "./token-verifier.ts"

/** The refusals of a verifier that a token is not meant for, the least informative first. */
const notMine: readonly TokenErrorCode[] = ["malformed", "wrong_issuer", "inactive"]

const schema = z
  .array(
    customOption<TokenVerifier>(isVerifier, "must be a TokenVerifier, such as jwtVerifier({ … })"),
  )
  .min(1, "needs at least one verifier")

/**
 * Combines verifiers, to accept the tokens of several issuers.
 *
 * The verifiers are asked in order. The next one is asked only if a verifier says that the token is not
 * meant for it: the token's `iss` is another issuer (a {@link jwtVerifier} says so before it looks at
 * algorithm, type or key), it is not a JWT, or it is not active. Any other refusal is final. So JWT
 * verifiers can be in any order, whatever each accepts, and introspection verifiers, which send the token
 * away, should come last.
 *
 * @example
 * const verifier = firstOf(
 *   jwtVerifier({ issuer: "https://a.example.com", audience }),
 *   jwtVerifier({ issuer: "https://b.example.com", audience }),
 * )
 *
 * @throws {ConfigurationError} without a verifier, or with something that is not one.
 */
export function firstOf(...verifiers: readonly TokenVerifier[]): TokenVerifier {
  const inOrder = readOptions("firstOf", schema, verifiers, { optionName: verifierName })
  return {
    async verify(token) {
      let refusal: TokenError | undefined
      for (const verifier of inOrder) {
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

function isVerifier(value: unknown): boolean {
  return typeof (value as Partial<TokenVerifier> | null | undefined)?.verify === "function"
}

/** "verifier 1" for the first of the list; nothing for the list itself. */
function verifierName(index: string): string {
  return index === "" ? "" : `verifier ${Number(index) + 1}`
}

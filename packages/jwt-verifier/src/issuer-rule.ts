import type { JWK } from "jose"
import type { Claims } from "./claims.ts"
import { TokenError } from "./token-error.ts"

/**
 * Returns the issuer that a token with these claims must come from, or `undefined` to refuse the token.
 * The verifier then compares the answer with the token's `iss`, character for character.
 *
 * It is called without a key before any key is looked up, again with the JWK that matched (`undefined`
 * if the key is not a JWK), and again whenever the token is seen again. The first call is made before
 * the signature is verified, so the claims may be forged.
 */
export type IssuerFunction = (
  claims: Claims,
  jwk: Readonly<Record<string, unknown>> | undefined,
) => string | undefined

export interface IssuerRule {
  /** The issuers, if they are known in advance; otherwise empty. */
  readonly issuers: readonly string[]
  /**
   * @returns the token's issuer.
   * @throws {TokenError} `missing_claim`, `malformed` or `wrong_issuer`.
   */
  check(claims: Claims): string
  /** Whether the token's issuer signs with this key. */
  allows(claims: Claims, jwk: JWK | undefined): boolean
}

export function issuerRule(issuer: string | readonly string[] | IssuerFunction): IssuerRule {
  if (typeof issuer === "function") return ruleByFunction(issuer)
  const issuers = typeof issuer === "string" ? [issuer] : [...issuer]
  return {
    issuers,
    check(claims) {
      const iss = issuerOf(claims)
      if (!issuers.includes(iss)) throw wrongIssuer()
      return iss
    },
    allows: () => true,
  }
}

function ruleByFunction(issuer: IssuerFunction): IssuerRule {
  function allows(claims: Claims, jwk: JWK | undefined): boolean {
    try {
      return issuer(claims, jwk) === claims.iss
    } catch (cause) {
      throw wrongIssuer(cause)
    }
  }
  return {
    issuers: [],
    check(claims) {
      const iss = issuerOf(claims)
      if (!allows(claims, undefined)) throw wrongIssuer()
      return iss
    },
    allows,
  }
}

function issuerOf({ iss }: Claims): string {
  if (iss === undefined) throw new TokenError("missing_claim", "The token has no iss claim")
  if (typeof iss !== "string") {
    throw new TokenError("malformed", "The iss claim of the token is malformed")
  }
  return iss
}

export function wrongIssuer(cause?: unknown): TokenError {
  return new TokenError("wrong_issuer", "The token is from another issuer", { cause })
}

import type { JWK } from "jose"
import type { Claims } from "./claims.ts"
import { TokenError } from "./token-error.ts"

/**
 * Says which issuer a token with these claims must have come from, `undefined` if none will do. The
 * verifier compares: the answer must be the token's `iss`, character for character.
 *
 * It is asked without a key before any is looked up, again with the JWK that matched (absent unless the
 * keys are JWKs), and once more whenever the token is seen again. The claims may be forged when it is
 * asked; nothing follows from them until the signature has been verified.
 */
export type IssuerFunction = (
  claims: Claims,
  jwk: Readonly<Record<string, unknown>> | undefined,
) => string | undefined

export interface IssuerRule {
  /** The issuers, where they are known beforehand. */
  readonly issuers: readonly string[]
  /** @throws {TokenError} `missing_claim` or `wrong_issuer` if the token is from elsewhere. */
  check(claims: Claims): string
  /** Whether the key is one that this issuer signs with. */
  allows(claims: Claims, jwk: JWK | undefined): boolean
}

/** @throws {TypeError} if there is no issuer. */
export function issuerRule(issuer: string | readonly string[] | IssuerFunction): IssuerRule {
  if (typeof issuer === "function") return ruleByFunction(issuer)
  const issuers = typeof issuer === "string" ? [issuer] : [...issuer]
  if (issuers.length === 0 || issuers.includes("")) throw new TypeError("issuer is required")
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

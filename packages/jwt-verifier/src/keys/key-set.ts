import type { JWK } from "jose"
import { isSignatureAlgorithm } from "../jose/algorithms.ts"
import type { JoseHeader } from "../jose/compact-jws.ts"
import { keyFromJwk, UnusableKeyError, type VerificationKey } from "../jose/verification-key.ts"
import { TokenError } from "../token-error.ts"

/** The usable keys of a JWK Set (RFC 7517 §5). Other keys are left out. */
export class KeySet {
  readonly #byContent = new Map<string, VerificationKey>()
  readonly #byKid = new Map<string, VerificationKey[]>()
  readonly #unusable = new Map<string, UnusableKeyError>()

  /**
   * @param previous the set that this one replaces. A key that is in both remains the same object.
   * @throws {TypeError} if the document is not a JWK Set.
   */
  constructor(document: unknown, previous?: KeySet) {
    const keys = (document as { keys?: unknown } | null)?.keys
    if (!Array.isArray(keys)) throw new TypeError("The document is not a JWK Set")
    const known = previous === undefined ? new Map() : previous.#byContent
    for (const jwk of keys) {
      if (typeof jwk === "object" && jwk !== null) this.#add(jwk as JWK, known)
    }
  }

  get size(): number {
    return this.#byContent.size
  }

  /**
   * Finds the keys with the token's `kid`, or for a token without one, the only key for its algorithm.
   *
   * @throws {TokenError} `unknown_key` if the set has the key but it is unusable, with the reason as cause.
   */
  find({ kid, alg }: JoseHeader): readonly VerificationKey[] {
    if (kid !== undefined) {
      const cause = this.#unusable.get(kid)
      if (cause)
        throw new TokenError("unknown_key", "The key of the token is not usable", { cause })
      return this.#byKid.get(kid) ?? []
    }
    const fitting = [...this.#byContent.values()].filter(
      ({ algorithms }) => isSignatureAlgorithm(alg) && algorithms.includes(alg),
    )
    return fitting.length === 1 ? fitting : []
  }

  #add(jwk: JWK, known: ReadonlyMap<string, VerificationKey>): void {
    const content = JSON.stringify(jwk)
    if (this.#byContent.has(content)) return
    const kid = typeof jwk.kid === "string" ? jwk.kid : undefined
    try {
      const key = known.get(content) ?? keyFromJwk(jwk)
      this.#byContent.set(content, key)
      if (kid === undefined) return
      this.#byKid.set(kid, [...(this.#byKid.get(kid) ?? []), key])
      this.#unusable.delete(kid)
    } catch (error) {
      if (!(error instanceof UnusableKeyError)) throw error
      if (kid !== undefined && !this.#byKid.has(kid)) this.#unusable.set(kid, error)
    }
  }
}

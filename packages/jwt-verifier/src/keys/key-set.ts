import type { JWK } from "jose"
import { isSignatureAlgorithm } from "../jose/algorithms.ts"
import type { JoseHeader } from "../jose/compact-jws.ts"
import { keyFromJwk, UnusableKeyError, type VerificationKey } from "../jose/verification-key.ts"
import { TokenError } from "../token-error.ts"

/** The usable keys of one JWK Set (RFC 7517 §5). Keys that are not usable are left out. */
export class KeySet {
  readonly #byContent = new Map<string, VerificationKey>()
  readonly #byKid = new Map<string, VerificationKey[]>()
  readonly #unusable = new Map<string, UnusableKeyError>()

  /**
   * @param previous the set that this one replaces: a key that is in both stays the same object.
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
   * The keys of the token's `kid`; for a token without one, the only key that fits its algorithm.
   *
   * @throws {TokenError} `unknown_key` if the key is there but is not used, with the reason as its cause.
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

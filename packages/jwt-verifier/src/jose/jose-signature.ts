import { type CryptoKey, compactVerify, importJWK } from "jose"
import type { SignatureAlgorithm } from "./algorithms.ts"
import type { SignatureCheck } from "./signature-check.ts"
import { isCryptoKey, UnusableKeyError, type VerificationKey } from "./verification-key.ts"

/** Checks signatures with jose, which uses the runtime's WebCrypto. */
export function joseSignatureCheck(): SignatureCheck {
  const loaded = new WeakMap<VerificationKey, Map<SignatureAlgorithm, CryptoKey | Uint8Array>>()

  async function load(key: VerificationKey, algorithm: SignatureAlgorithm) {
    const { material } = key
    if (material instanceof Uint8Array || isCryptoKey(material)) return material
    const byAlgorithm = loaded.get(key) ?? new Map<SignatureAlgorithm, CryptoKey | Uint8Array>()
    loaded.set(key, byAlgorithm)
    let cryptoKey = byAlgorithm.get(algorithm)
    if (!cryptoKey) {
      try {
        cryptoKey = await importJWK(material, algorithm)
      } catch (cause) {
        throw new UnusableKeyError("The key cannot be loaded", { cause })
      }
      byAlgorithm.set(algorithm, cryptoKey)
    }
    return cryptoKey
  }

  return async (key, algorithm, { token }) => {
    const cryptoKey = await load(key, algorithm)
    try {
      await compactVerify(token, cryptoKey, { algorithms: [algorithm] })
      return true
    } catch {
      return false
    }
  }
}

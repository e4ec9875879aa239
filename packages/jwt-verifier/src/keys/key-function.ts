import type { CryptoKey, JWK } from "jose"
import type { JoseHeader } from "../jose/compact-jws.ts"
import {
  isCryptoKey,
  keyFromCryptoKey,
  keyFromJwk,
  type VerificationKey,
} from "../jose/verification-key.ts"
import { TokenError } from "../token-error.ts"
import type { KeySource } from "./key-source.ts"

/**
 * Finds the public key of a token, or `undefined` if there is none.
 *
 * It is called for every token, even a remembered one, so it should answer from memory. It must return
 * the same object for as long as the key is valid; a different object is taken for a different key.
 */
export type KeyFunction = (
  header: JoseHeader,
) => JWK | CryptoKey | undefined | Promise<JWK | CryptoKey | undefined>

export function keysByFunction(find: KeyFunction): KeySource {
  const known = new WeakMap<object, readonly VerificationKey[]>()

  function read(key: JWK | CryptoKey | undefined): readonly VerificationKey[] {
    if (key === undefined) throw new TokenError("unknown_key", "The key of the token is not known")
    let keys = known.get(key)
    if (!keys) {
      keys = [isCryptoKey(key) ? keyFromCryptoKey(key) : keyFromJwk({ ...key })]
      known.set(key, keys)
    }
    return keys
  }

  return {
    keysFor(header) {
      try {
        const found = find(header)
        return found instanceof Promise ? found.then(read).catch(refuse) : read(found)
      } catch (error) {
        return refuse(error)
      }
    },
  }
}

/** If the function fails or returns an unusable key, the token is not at fault. */
function refuse(error: unknown): never {
  if (error instanceof TokenError) throw error
  throw new TokenError("keys_unavailable", "The key of the token is not available", {
    cause: error,
  })
}

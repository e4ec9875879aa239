import { exportJWK, importSPKI, importX509, type JSONWebKeySet } from "jose"
import type { JoseHeader } from "../jose/compact-jws.ts"
import {
  keyFromJwk,
  keyFromSecret,
  UnusableKeyError,
  type VerificationKey,
} from "../jose/verification-key.ts"
import { TokenError } from "../token-error.ts"
import { KeySet } from "./key-set.ts"
import type { KeySource } from "./key-source.ts"

/** @throws {TypeError} if the set has no key that can be used. */
export function localKeySet(document: JSONWebKeySet): KeySource {
  const keys = new KeySet(document)
  if (keys.size === 0) throw new TypeError("jwks has no key that signatures can be verified with")
  return {
    keysFor(header: JoseHeader) {
      const found = keys.find(header)
      if (found.length === 0) {
        throw new TokenError("unknown_key", "The key of the token is not known")
      }
      return found
    },
  }
}

/**
 * A shared secret, for HMAC only.
 *
 * @throws {TypeError} if it is shorter than 32 bytes, or is a key of another kind by its look.
 */
export function sharedSecret(secret: string | Uint8Array): KeySource {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret.slice()
  if (looksLikeKey(new TextDecoder().decode(bytes))) {
    throw new TypeError("secret is a key in PEM or JWK form; a public key is never a secret")
  }
  const key = keyFromSecret(bytes)
  if (key.algorithms.length === 0) throw new TypeError("secret is shorter than 32 bytes")
  const keys = [key]
  return { keysFor: () => keys }
}

/**
 * One public key as PEM: SubjectPublicKeyInfo, or an X.509 certificate, whose dates are not looked at.
 *
 * @throws {TypeError} if the text is neither.
 */
export function pemKey(pem: string): KeySource {
  const kind = /-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.exec(pem)?.[1]
  if (kind === undefined) {
    throw new TypeError("publicKey is not a PEM with a PUBLIC KEY or a CERTIFICATE")
  }
  const importPem = kind === "CERTIFICATE" ? importX509 : importSPKI
  let keys: readonly VerificationKey[] | undefined
  return {
    keysFor() {
      if (keys) return keys
      return readPem(pem, importPem).then((key) => {
        keys = [key]
        return keys
      })
    },
  }
}

async function readPem(pem: string, importPem: typeof importSPKI): Promise<VerificationKey> {
  try {
    for (const algorithm of ["RS256", "ES256", "ES384", "ES512", "EdDSA"]) {
      const key = await importPem(pem, algorithm, { extractable: true }).catch(() => undefined)
      if (key) return keyFromJwk(await exportJWK(key))
    }
    throw new UnusableKeyError("The PEM holds no key of a known kind")
  } catch (cause) {
    throw new TokenError("keys_unavailable", "The key of the token is not usable", { cause })
  }
}

function looksLikeKey(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]+-----/.test(text) || /^\s*\{[\s\S]*"kty"/.test(text)
}

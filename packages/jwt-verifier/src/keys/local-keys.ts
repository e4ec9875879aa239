import { exportJWK, importSPKI, importX509 } from "jose"
import type { JoseHeader } from "../jose/compact-jws.ts"
import {
  keyFromJwk,
  keyFromSecret,
  UnusableKeyError,
  type VerificationKey,
} from "../jose/verification-key.ts"
import { TokenError } from "../token-error.ts"
import type { KeySet } from "./key-set.ts"
import type { KeySource } from "./key-source.ts"

export function localKeys(keys: KeySet): KeySource {
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

/** A shared secret, for HMAC only. */
export function sharedSecret(secret: Uint8Array): KeySource {
  const keys = [keyFromSecret(secret)]
  return { keysFor: () => keys }
}

/** What is wrong with a secret, to be read after its name. */
export function secretProblem(secret: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(secret)
  // A public key that was used as an HMAC secret would let anybody sign.
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text) || /^\s*\{[\s\S]*"kty"/.test(text)) {
    return "must not be a key in PEM or JWK form"
  }
  return keyFromSecret(secret).algorithms.length > 0 ? undefined : "must have at least 32 bytes"
}

const publicPem = /-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/

export function isPublicPem(text: string): boolean {
  return publicPem.test(text)
}

/** One public key as PEM: a SubjectPublicKeyInfo, or an X.509 certificate, whose dates are not checked. */
export function pemKey(pem: string): KeySource {
  const importPem = publicPem.exec(pem)?.[1] === "CERTIFICATE" ? importX509 : importSPKI
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
    throw new UnusableKeyError("The PEM contains no key of a supported kind")
  } catch (cause) {
    throw new TokenError("keys_unavailable", "The key of the token is not usable", { cause })
  }
}

import type { CryptoKey, JWK } from "jose"
import {
  algorithmProfiles,
  asymmetricAlgorithms,
  isSignatureAlgorithm,
  type SignatureAlgorithm,
  symmetricAlgorithms,
} from "./algorithms.ts"
import { decodeBase64url, isBase64url } from "./base64url.ts"

/** A key to verify signatures with, suitable for at least one algorithm. */
export interface VerificationKey {
  /** The only algorithms that the key may be used for. */
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly material: JWK | CryptoKey | Uint8Array
  /** The key as published, with members such as `issuer`. Absent if it is not a JWK. */
  readonly jwk?: JWK
}

/** A key cannot be used: its kind is not supported, it is not meant for signatures, or it is too weak. */
export class UnusableKeyError extends Error {
  override readonly name = "UnusableKeyError"
}

const minModulusBits = 2048
const minExponent = 65_537n
const maxExponentBytes = 8

/** What only a private or a symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 9964). */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] as const

/**
 * Reads a public key (RFC 7517, RFC 7518 §6, RFC 8037) and honours its `use`, `key_ops` and `alg`.
 *
 * @throws {UnusableKeyError}
 */
export function keyFromJwk(jwk: JWK): VerificationKey {
  if (jwk.kty === "oct") throw new UnusableKeyError("A symmetric key is not a public key")
  if (PRIVATE_MEMBERS.some((member) => jwk[member] !== undefined)) {
    throw new UnusableKeyError("A verifier must not be given a private key")
  }
  if (jwk.use !== undefined && jwk.use !== "sig") {
    throw new UnusableKeyError("The key's use is not sig")
  }
  if (
    jwk.key_ops !== undefined &&
    !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes("verify"))
  ) {
    throw new UnusableKeyError("The key's operations do not include verify")
  }
  const algorithms = fit(
    asymmetricAlgorithms.filter((name) => {
      const profile = algorithmProfiles[name]
      return profile.kty === jwk.kty && (profile.crv === undefined || profile.crv === jwk.crv)
    }),
    jwk.alg,
  )
  switch (jwk.kty) {
    case "RSA": {
      const n = bytesOf(jwk.n)
      const e = bytesOf(jwk.e)
      checkRsa(bitLength(n), e)
      return { algorithms, jwk, material: { kty: "RSA", n: jwk.n ?? "", e: jwk.e ?? "" } }
    }
    case "EC": {
      const { crv = "", x = "", y = "" } = jwk
      bytesOf(x)
      bytesOf(y)
      return { algorithms, jwk, material: { kty: "EC", crv, x, y } }
    }
    default: {
      const { crv = "", x = "" } = jwk
      bytesOf(x)
      return { algorithms, jwk, material: { kty: "OKP", crv, x } }
    }
  }
}

/** @throws {UnusableKeyError} */
export function keyFromCryptoKey(key: CryptoKey): VerificationKey {
  if (key.type !== "public") throw new UnusableKeyError("The key is not a public key")
  if (!key.usages.includes("verify")) {
    throw new UnusableKeyError("The key's usages do not include verify")
  }
  const algorithm = key.algorithm as {
    name: string
    hash?: { name: string }
    namedCurve?: string
    modulusLength?: number
    publicExponent?: Uint8Array
  }
  if (algorithm.modulusLength !== undefined) {
    checkRsa(algorithm.modulusLength, algorithm.publicExponent ?? new Uint8Array())
  }
  const hash = algorithm.hash?.name.toLowerCase().replace("-", "")
  const algorithms = asymmetricAlgorithms.filter((name) => {
    const profile = algorithmProfiles[name]
    switch (algorithm.name) {
      case "RSASSA-PKCS1-v1_5":
        return profile.kty === "RSA" && !profile.pss && profile.hash === hash
      case "RSA-PSS":
        return profile.pss === true && profile.hash === hash
      case "ECDSA":
        return profile.kty === "EC" && profile.crv === algorithm.namedCurve
      default:
        return profile.crv === algorithm.name
    }
  })
  return { algorithms: fit(algorithms, undefined), material: key }
}

export function isCryptoKey(key: JWK | CryptoKey): key is CryptoKey {
  return "usages" in key
}

/** A shared secret, for every HMAC that it is long enough for (RFC 7518 §3.2). */
export function keyFromSecret(secret: Uint8Array): VerificationKey {
  const algorithms = symmetricAlgorithms.filter(
    (name) => secret.length >= (algorithmProfiles[name].signatureLength ?? 0),
  )
  return { algorithms, material: secret }
}

function fit(candidates: SignatureAlgorithm[], named: string | undefined): SignatureAlgorithm[] {
  const algorithms =
    named === undefined
      ? candidates
      : candidates.filter((name) => isSignatureAlgorithm(named) && name === named)
  if (algorithms.length === 0) {
    throw new UnusableKeyError("The key does not fit any supported algorithm")
  }
  return algorithms
}

function bytesOf(member: unknown): Uint8Array {
  if (typeof member !== "string" || !isBase64url(member)) {
    throw new UnusableKeyError("A member of the key is not base64url")
  }
  return decodeBase64url(member)
}

function bitLength(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => byte !== 0)
  const first = bytes[start]
  return first === undefined ? 0 : (bytes.length - start) * 8 - (Math.clz32(first) - 24)
}

function checkRsa(modulusBits: number, exponent: Uint8Array): void {
  if (modulusBits < minModulusBits) {
    throw new UnusableKeyError(`The RSA key has fewer than ${minModulusBits} bits`)
  }
  const e = exponent.length > maxExponentBytes ? 0n : toBigInt(exponent)
  if (e < minExponent || e % 2n === 0n) throw new UnusableKeyError("The RSA exponent is weak")
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

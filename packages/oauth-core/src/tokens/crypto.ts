import type { webcrypto } from "node:crypto"

/** A value on Node, or a promise of it where only WebCrypto is available. */
export type Awaitable<T> = T | Promise<T>

/** A private P-256 key (RFC 7518 §6.2). */
export interface PrivateJwk {
  kty: "EC"
  crv: "P-256"
  x: string
  y: string
  d: string
}

/** Signs with ES256 (RFC 7518 §3.4) and returns the 64 bytes r || s. */
export type Es256Signer = (data: Uint8Array) => Awaitable<Uint8Array>

/**
 * The cryptographic primitives that everything else is built on.
 *
 * Node's synchronous functions cost a fraction of WebCrypto's round trip through the thread pool, so
 * they are used where they exist. Both implementations pass the same test vectors.
 */
export interface CryptoPrimitives {
  sha256(data: Uint8Array): Awaitable<Uint8Array>
  hmacSha256(key: Uint8Array, data: Uint8Array): Awaitable<Uint8Array>
  /** Encrypts with AES-256-GCM. The 16-byte tag follows the ciphertext. */
  encrypt(
    key: Uint8Array,
    iv: Uint8Array,
    plaintext: Uint8Array,
    additionalData: Uint8Array,
  ): Awaitable<Uint8Array>
  /** Returns `undefined` if the ciphertext is not authentic. */
  decrypt(
    key: Uint8Array,
    iv: Uint8Array,
    ciphertext: Uint8Array,
    additionalData: Uint8Array,
  ): Awaitable<Uint8Array | undefined>
  generateEs256Key(): Awaitable<PrivateJwk>
  importEs256Key(jwk: PrivateJwk): Awaitable<Es256Signer>
}

const tagLength = 16

/** The primitives by `node:crypto`, or `undefined` on a runtime without it. */
export function nodeCrypto(): CryptoPrimitives | undefined {
  const node = globalThis.process?.getBuiltinModule?.("node:crypto")
  if (!node?.createCipheriv) return undefined
  return {
    sha256: (data) => node.createHash("sha256").update(data).digest(),
    hmacSha256: (key, data) => node.createHmac("sha256", key).update(data).digest(),
    encrypt(key, iv, plaintext, additionalData) {
      const cipher = node.createCipheriv("aes-256-gcm", key, iv).setAAD(additionalData)
      return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
    },
    decrypt(key, iv, ciphertext, additionalData) {
      if (ciphertext.length < tagLength) return undefined
      const split = ciphertext.length - tagLength
      const decipher = node
        .createDecipheriv("aes-256-gcm", key, iv)
        .setAAD(additionalData)
        .setAuthTag(ciphertext.subarray(split))
      try {
        return concat(decipher.update(ciphertext.subarray(0, split)), decipher.final())
      } catch {
        return undefined
      }
    },
    generateEs256Key() {
      const { privateKey } = node.generateKeyPairSync("ec", { namedCurve: "P-256" })
      return privateKey.export({ format: "jwk" }) as unknown as PrivateJwk
    },
    importEs256Key(jwk) {
      const key = node.createPrivateKey({ key: { ...jwk }, format: "jwk" })
      return (data) => node.sign("sha256", data, { key, dsaEncoding: "ieee-p1363" })
    },
  }
}

const es256 = { name: "ECDSA", namedCurve: "P-256" }

/** The same primitives by WebCrypto, for every runtime. */
export function webCrypto(): CryptoPrimitives {
  const { subtle } = globalThis.crypto
  const secretKey = (key: Uint8Array, algorithm: string | webcrypto.HmacImportParams, use: Use) =>
    subtle.importKey("raw", own(key), algorithm, false, [use])
  return {
    sha256: async (data) => new Uint8Array(await subtle.digest("SHA-256", own(data))),
    async hmacSha256(key, data) {
      const imported = await secretKey(key, { name: "HMAC", hash: "SHA-256" }, "sign")
      return new Uint8Array(await subtle.sign("HMAC", imported, own(data)))
    },
    async encrypt(key, iv, plaintext, additionalData) {
      const parameters = gcm(iv, additionalData)
      const imported = await secretKey(key, "AES-GCM", "encrypt")
      return new Uint8Array(await subtle.encrypt(parameters, imported, own(plaintext)))
    },
    async decrypt(key, iv, ciphertext, additionalData) {
      const parameters = gcm(iv, additionalData)
      const imported = await secretKey(key, "AES-GCM", "decrypt")
      try {
        return new Uint8Array(await subtle.decrypt(parameters, imported, own(ciphertext)))
      } catch {
        return undefined
      }
    },
    async generateEs256Key() {
      const { privateKey } = await subtle.generateKey(es256, true, ["sign", "verify"])
      const { x, y, d } = (await subtle.exportKey("jwk", privateKey)) as PrivateJwk
      return { kty: "EC", crv: "P-256", x, y, d }
    },
    async importEs256Key(jwk) {
      const key = await subtle.importKey("jwk", { ...jwk }, es256, false, ["sign"])
      return async (data) =>
        new Uint8Array(await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, own(data)))
    },
  }
}

type Use = "sign" | "encrypt" | "decrypt"

const gcm = (iv: Uint8Array, additionalData: Uint8Array) => ({
  name: "AES-GCM",
  iv: own(iv),
  additionalData: own(additionalData),
})

/** WebCrypto does not accept views of shared memory. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The fastest primitives that this runtime has. */
export const primitives: CryptoPrimitives = nodeCrypto() ?? webCrypto()

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

export const randomBytes = (length: number): Uint8Array =>
  globalThis.crypto.getRandomValues(new Uint8Array(length))

/** Compares in a time that depends only on the lengths. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i % (b.length || 1)] ?? 0)
  return difference === 0
}

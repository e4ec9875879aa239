import { concat, constantTimeEqual, primitives, randomBytes } from "./crypto.ts"
import { toBytes, toText } from "./encoding.ts"
import { type Secret, secretIdLength } from "./secret.ts"

/**
 * A sealed value cannot be read: it is damaged, or was sealed under a secret that is not configured.
 */
export class UnreadableValueError extends Error {
  override readonly name = "UnreadableValueError"
}

/** An opened value. */
export interface Opened {
  value: unknown
  /** Milliseconds since the epoch. */
  expiresAt: number
  /**
   * Whether it was sealed under a secret other than the first, and becomes unreadable without that one.
   */
  outdated: boolean
}

/** Seals JSON values so that only this server can read, change or move them. */
export interface Sealer {
  seal(context: string, value: unknown, expiresAt: number): Promise<Uint8Array>
  /**
   * Opens a value that was sealed for the same context. The caller checks the expiry.
   *
   * @throws {UnreadableValueError} if it was not, or cannot be read.
   */
  open(context: string, sealed: Uint8Array): Promise<Opened>
}

const version = 1
const ivLength = 12
const headerLength = 1 + secretIdLength + ivLength
const expiryLength = 8

/**
 * Seals with AES-256-GCM under a key derived from the secret and the context. That way no key is used
 * often, and a value that was moved to another context does not open.
 *
 * Layout: version (1), id of the secret (6), iv (12), then encrypted: expiry in ms (8), JSON.
 */
export function createSealer(deriving: Promise<readonly Secret[]>): Sealer {
  return {
    async seal(context, value, expiresAt) {
      const [current] = await deriving
      if (!current) throw new TypeError("a sealer needs a secret")
      const key = await current.derive(`seal ${context}`)
      const iv = randomBytes(ivLength)
      const expiry = new Uint8Array(expiryLength)
      new DataView(expiry.buffer).setBigUint64(0, BigInt(Math.floor(expiresAt)))
      const plaintext = concat(expiry, toBytes(JSON.stringify(value)))
      const ciphertext = await primitives.encrypt(key, iv, plaintext, toBytes(context))
      return concat(Uint8Array.of(version), current.id, iv, ciphertext)
    },

    async open(context, sealed) {
      if (sealed.length < headerLength || sealed[0] !== version) {
        throw new UnreadableValueError("not a sealed value")
      }
      const id = sealed.subarray(1, 1 + secretIdLength)
      const secrets = await deriving
      const secret = secrets.find((candidate) => constantTimeEqual(candidate.id, id))
      if (!secret) throw new UnreadableValueError("sealed under a secret that is not configured")
      const key = await secret.derive(`seal ${context}`)
      const plaintext = await primitives.decrypt(
        key,
        sealed.subarray(1 + secretIdLength, headerLength),
        sealed.subarray(headerLength),
        toBytes(context),
      )
      if (!plaintext || plaintext.length < expiryLength) {
        throw new UnreadableValueError("damaged, or sealed for another context")
      }
      const view = new DataView(plaintext.buffer, plaintext.byteOffset)
      return {
        expiresAt: Number(view.getBigUint64(0)),
        value: JSON.parse(toText(plaintext.subarray(expiryLength))),
        outdated: secret !== secrets[0],
      }
    },
  }
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import type { Caller } from "./identity/caller.ts"

/** Seals the session ids of one backend, so that each is good for one caller only. */
export interface SessionIds {
  /** What the client gets instead of the backend's id. */
  seal(id: string, caller: Caller): string
  /** The backend's id; `undefined` if it was not sealed here, for this caller and this backend. */
  open(sealed: string, caller: Caller): string | undefined
}

const CIPHER = "aes-256-gcm"
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The longest id of a backend that is sealed. */
export const longestSessionId = 2048
const LONGEST_SEALED = Math.ceil(((NONCE_BYTES + longestSessionId + TAG_BYTES) * 4) / 3)

/**
 * @param secrets 32 random bytes each. The first one seals, all of them can open.
 * @param backend the backend's name, so that an id of one is unknown to another.
 */
export function sessionIds(secrets: readonly Uint8Array[], backend: string): SessionIds {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret, "", "doorward gateway session id", 32)),
  )
  const [sealing] = keys
  if (!sealing) throw new TypeError("no secret to seal session ids with")

  const belongingTo = ({ issuer, subject, clientId }: Caller) =>
    Buffer.from(JSON.stringify([issuer, subject, clientId, backend]))

  return {
    seal(id, caller) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, sealing, nonce).setAAD(belongingTo(caller))
      const sealed = [nonce, cipher.update(id, "latin1"), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(sealed).toString("base64url")
    },
    open(sealed, caller) {
      if (sealed.length > LONGEST_SEALED || !/^[\w-]+$/.test(sealed)) return undefined
      const bytes = Buffer.from(sealed, "base64url")
      if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined
      const owner = belongingTo(caller)
      for (const key of keys) {
        const id = openWith(key, bytes, owner)
        if (id !== undefined) return id
      }
      return undefined
    },
  }
}

function openWith(key: Buffer, bytes: Buffer, owner: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(owner).setAuthTag(bytes.subarray(-TAG_BYTES))
  const id = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "latin1")
  try {
    return id + decipher.final("latin1")
  } catch {
    return undefined
  }
}

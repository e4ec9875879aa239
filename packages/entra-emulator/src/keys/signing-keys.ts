import { createHash, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto"
import { promisify } from "node:util"
import { selfSignedCertificate } from "./certificate.ts"

/** A key that tokens are signed with. */
export interface SigningKey {
  /** The SHA-1 thumbprint of its certificate, which is also its `x5t`. */
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
  /** The certificate as base64 DER, for `x5c`. */
  x5c: string
  jwk: { n: string; e: string }
}

const generateRsa = promisify(generateKeyPair)

/** RSA keys take long to generate, so all emulators of a process share them, as Entra's tenants do. */
const made: Promise<SigningKey>[] = []

function keyNumber(index: number): Promise<SigningKey> {
  made[index] ??= makeKey()
  return made[index]
}

async function makeKey(): Promise<SigningKey> {
  const { privateKey } = await generateRsa("rsa", { modulusLength: 2048 })
  const publicKey = createPublicKey(privateKey)
  const { der } = selfSignedCertificate({
    privateKey,
    commonName: "accounts.accesscontrol.windows.net",
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2049-12-31T00:00:00Z"),
  })
  const { n = "", e = "" } = publicKey.export({ format: "jwk" })
  return {
    kid: createHash("sha1").update(der).digest("base64url"),
    privateKey,
    publicKey,
    x5c: der.toString("base64"),
    jwk: { n, e },
  }
}

/** The keys of one emulator. Two or more are published, and one of them signs. */
export class SigningKeys {
  #published = [0, 1]
  #active = 0

  active(): Promise<SigningKey> {
    return keyNumber(this.#active)
  }

  published(): Promise<SigningKey[]> {
    return Promise.all(this.#published.map(keyNumber))
  }

  async find(kid: string | undefined): Promise<SigningKey | undefined> {
    return (await this.published()).find((key) => key.kid === kid)
  }

  /**
   * Signs with a key that was not published before.
   *
   * @param withdrawOld whether to unpublish the former keys, so that tokens they signed no longer verify.
   */
  rotate(withdrawOld = false): void {
    const next = Math.max(...this.#published) + 1
    this.#published = withdrawOld ? [next, next + 1] : [...this.#published, next]
    this.#active = next
  }
}

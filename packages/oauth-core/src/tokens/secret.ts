import { ConfigurationError } from "../ports/errors.ts"
import { type Awaitable, concat, primitives } from "./crypto.ts"
import { fromBase64url, toBytes } from "./encoding.ts"

/** One of the operator's secrets, ready to derive keys from. */
export interface Secret {
  /** Says which secret a sealed value needs, without saying anything about the secret. */
  id: Uint8Array
  /** A 32-byte key for one purpose (HKDF-SHA256, RFC 5869). */
  derive(purpose: string): Awaitable<Uint8Array>
}

export const secretIdLength = 6

const mend =
  "make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\""

/**
 * Reads the secrets: the first seals and signs, all of them open and verify.
 *
 * @throws {ConfigurationError} if there is none, or one is not 32 bytes in base64url.
 */
export function readSecrets(given: string | readonly string[]): readonly Uint8Array[] {
  const texts = (typeof given === "string" ? given.split(",") : given).map((text) => text.trim())
  if (texts.length === 0) throw new ConfigurationError(`secret is missing; ${mend}`)
  return texts.map((text, index) => {
    const bytes = fromBase64url(text)
    if (bytes?.length !== 32) {
      const which = texts.length > 1 ? `secret ${index + 1} of ${texts.length}` : "secret"
      throw new ConfigurationError(`${which} must be 32 random bytes in base64url; ${mend}`)
    }
    return bytes
  })
}

export const deriveSecrets = (secrets: readonly Uint8Array[]): Promise<readonly Secret[]> =>
  Promise.all(secrets.map(secretFrom))

async function secretFrom(bytes: Uint8Array): Promise<Secret> {
  const pseudoRandomKey = await primitives.hmacSha256(toBytes("doorward 1"), bytes)
  // One block is all that HKDF-Expand has to make for 32 bytes.
  const derive = (purpose: string) =>
    primitives.hmacSha256(pseudoRandomKey, concat(toBytes(purpose), Uint8Array.of(1)))
  const id = (await derive("id")).subarray(0, secretIdLength)
  return { id, derive }
}

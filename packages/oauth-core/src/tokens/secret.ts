import { ConfigurationError } from "@doorward/boundary"
import { type Awaitable, concat, primitives } from "./crypto.ts"
import { fromBase64url, toBytes } from "./encoding.ts"

/** One of the operator's secrets, prepared for deriving keys. */
export interface Secret {
  /** Identifies the secret in sealed values without revealing anything about it. */
  id: Uint8Array
  /** Derives a 32-byte key for one purpose (HKDF-SHA256, RFC 5869). */
  derive(purpose: string): Awaitable<Uint8Array>
}

/** The length of {@link Secret.id}, in bytes. */
export const secretIdLength = 6

const howToMake =
  "make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\""

/** What is wrong with the secrets. Each message is worded to follow the option's name. */
export function problemsWithSecret(given: string | readonly string[]): readonly string[] {
  const texts = secretTexts(given)
  if (texts.length === 0) return [`is missing; ${howToMake}`]
  return texts.flatMap((text, index) => {
    if (secretBytes(text)) return []
    const which = texts.length > 1 ? `(number ${index + 1} of ${texts.length}) ` : ""
    return [`${which}must be 32 random bytes in base64url; ${howToMake}`]
  })
}

/**
 * Decodes the secrets. The first one seals and signs; all of them can open and verify.
 *
 * @throws {ConfigurationError} if there is none, or one of them is not 32 bytes in base64url.
 */
export function readSecrets(given: string | readonly string[]): readonly Uint8Array[] {
  const problems = problemsWithSecret(given)
  if (problems.length > 0) {
    throw new ConfigurationError(
      "oauthProxy",
      problems.map((message) => ({ option: "secret", message })),
    )
  }
  return secretTexts(given).flatMap((text) => secretBytes(text) ?? [])
}

const secretTexts = (given: string | readonly string[]) =>
  (typeof given === "string" ? given.split(",") : given).map((text) => text.trim())

function secretBytes(text: string): Uint8Array | undefined {
  const bytes = fromBase64url(text)
  return bytes?.length === 32 ? bytes : undefined
}

/** Prepares the operator's secrets for deriving keys. */
export const deriveSecrets = (secrets: readonly Uint8Array[]): Promise<readonly Secret[]> =>
  Promise.all(secrets.map(secretFrom))

async function secretFrom(bytes: Uint8Array): Promise<Secret> {
  const pseudoRandomKey = await primitives.hmacSha256(toBytes("doorward 1"), bytes)
  // For 32 bytes, HKDF-Expand needs only one block.
  const derive = (purpose: string) =>
    primitives.hmacSha256(pseudoRandomKey, concat(toBytes(purpose), Uint8Array.of(1)))
  const id = (await derive("id")).subarray(0, secretIdLength)
  return { id, derive }
}

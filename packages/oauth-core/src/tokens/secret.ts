import { type Awaitable, concat, primitives } from "./crypto.ts"
import { toBytes } from "./encoding.ts"

/** One of the operator's secrets, prepared for deriving keys. */
export interface Secret {
  /** Identifies the secret in sealed values without revealing anything about it. */
  id: Uint8Array
  /** Derives a 32-byte key for one purpose (HKDF-SHA256, RFC 5869). */
  derive(purpose: string): Awaitable<Uint8Array>
}

/** The length of {@link Secret.id}, in bytes. */
export const secretIdLength = 6

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

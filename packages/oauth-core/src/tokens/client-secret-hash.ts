import { digestOf } from "./digest.ts"
import { fromBase64url } from "./encoding.ts"
import { createOpaqueToken } from "./opaque-token.ts"

const prefix = "sha256:"

/** A client's secret and what the configuration holds in its place. */
export interface NewClientSecret {
  /** For the client only: 32 random bytes in base64url. */
  readonly secret: string
  /** For `clientSecretHash`. */
  readonly hash: string
}

/**
 * Makes a secret for a configured client.
 *
 * It has 256 random bits, which nobody can guess however fast the hash is. So its hash is a plain
 * SHA-256, which costs next to nothing at each request.
 */
export async function newClientSecret(): Promise<NewClientSecret> {
  const secret = createOpaqueToken()
  return { secret, hash: await hashClientSecret(secret) }
}

/** The hash of a secret, for `clientSecretHash`. The secret must be random, as `newClientSecret` makes it. */
export const hashClientSecret = async (secret: string): Promise<string> =>
  prefix + (await digestOf(secret))

/** The digest in a hash, or `undefined` if it is malformed. */
export function digestInHash(hash: unknown): string | undefined {
  if (typeof hash !== "string" || !hash.startsWith(prefix)) return undefined
  const digest = hash.slice(prefix.length)
  return fromBase64url(digest)?.length === 32 ? digest : undefined
}

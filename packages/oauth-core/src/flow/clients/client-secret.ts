import type { ClientSecret } from "../../ports/client.ts"
import { matchesDigest, sameSecret } from "../../tokens/digest.ts"

/** A secret of which only the digest is stored. */
export const secretOfDigest = (digest: string): ClientSecret => ({
  matches: (given) => matchesDigest(given, digest),
})

/** One of several live secrets, of which only the digests are configured. */
export const secretOfDigests = (digests: readonly string[]): ClientSecret => ({
  async matches(given) {
    const matched = await Promise.all(digests.map((digest) => matchesDigest(given, digest)))
    return matched.includes(true)
  },
})

/** A secret that the operator configured. */
export const secretOfText = (text: string): ClientSecret => ({
  matches: (given) => sameSecret(given, text),
})

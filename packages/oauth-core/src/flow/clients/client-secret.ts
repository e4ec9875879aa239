import type { ClientSecret } from "../../ports/client.ts"
import { matchesDigest, sameSecret } from "../../tokens/digest.ts"

/** A secret of which only the digest is stored. */
export const secretOfDigest = (digest: string): ClientSecret => ({
  matches: (given) => matchesDigest(given, digest),
})

/** A secret that the operator configured. */
export const secretOfText = (text: string): ClientSecret => ({
  matches: (given) => sameSecret(given, text),
})

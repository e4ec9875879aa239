import { constantTimeEqual, primitives } from "./crypto.ts"
import { toBase64url, toBytes } from "./encoding.ts"

/**
 * SHA-256 in base64url: used to store tokens, and for the S256 challenge of a verifier (RFC 7636 §4.2).
 */
export const digestOf = async (text: string): Promise<string> =>
  toBase64url(await primitives.sha256(toBytes(text)))

/** Whether the digest is the token's. Compares in constant time. */
export const matchesDigest = async (token: string, digest: string): Promise<boolean> =>
  constantTimeEqual(toBytes(await digestOf(token)), toBytes(digest))

/** Compares two secrets in constant time, whatever their lengths. */
export const sameSecret = async (a: string, b: string): Promise<boolean> =>
  matchesDigest(a, await digestOf(b))

import { constantTimeEqual, primitives, randomBytes } from "./crypto.ts"
import { toBase64url, toBytes } from "./encoding.ts"

/** 256 random bits in base64url: a code, a state, a verifier, a client secret. */
export const createOpaqueToken = (): string => toBase64url(randomBytes(32))

/** 128 random bits in base64url: an identifier that is unique, and no secret. */
export const createIdentifier = (): string => toBase64url(randomBytes(16))

/** SHA-256 in base64url: what is stored of a token, and the S256 challenge of a verifier (RFC 7636 §4.2). */
export const digestOf = async (text: string): Promise<string> =>
  toBase64url(await primitives.sha256(toBytes(text)))

/** Whether the token is the one that the digest was made of. Takes the same time for every wrong one. */
export const matchesDigest = async (token: string, digest: string): Promise<boolean> =>
  constantTimeEqual(toBytes(await digestOf(token)), toBytes(digest))

/** Compares two secrets in constant time, whatever their lengths. */
export const sameSecret = async (a: string, b: string): Promise<boolean> =>
  matchesDigest(a, await digestOf(b))

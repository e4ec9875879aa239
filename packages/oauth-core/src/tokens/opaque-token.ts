import { randomBytes } from "./crypto.ts"
import { toBase64url } from "./encoding.ts"

/** 256 random bits in base64url: a code, a state, a verifier, a client secret. */
export const createOpaqueToken = (): string => toBase64url(randomBytes(32))

/** 128 random bits in base64url: an identifier that is unique, and no secret. */
export const createIdentifier = (): string => toBase64url(randomBytes(16))

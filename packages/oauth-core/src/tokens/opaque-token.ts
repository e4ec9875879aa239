import { randomBytes } from "./crypto.ts"
import { toBase64url } from "./encoding.ts"

/** 256 random bits in base64url, for a code, state, verifier or client secret. */
export const createOpaqueToken = (): string => toBase64url(randomBytes(32))

/** 128 random bits in base64url, for an identifier that is unique but not secret. */
export const createIdentifier = (): string => toBase64url(randomBytes(16))

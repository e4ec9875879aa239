import { base64url } from "jose"
import { nodeBuffer } from "../runtime.ts"

const alphabet = /^[A-Za-z0-9_-]+$/
/** The last characters that leave no stray bits, if the last group has only 2 or 3 characters. */
const lastOfTwo = "AQgw"
const lastOfThree = "AEIMQUYcgkosw048"

/**
 * Whether the text is the canonical base64url form of at least one byte: no padding, no white space, no
 * stray bits at the end (RFC 7515 §2, RFC 4648 §3.5).
 */
export function isBase64url(text: string): boolean {
  if (!alphabet.test(text)) return false
  switch (text.length % 4) {
    case 1:
      return false
    case 2:
      return lastOfTwo.includes(text.charAt(text.length - 1))
    case 3:
      return lastOfThree.includes(text.charAt(text.length - 1))
    default:
      return true
  }
}

/** Decodes a text for which {@link isBase64url} is true. */
export function decodeBase64url(text: string): Uint8Array {
  return nodeBuffer ? nodeBuffer.Buffer.from(text, "base64url") : base64url.decode(text)
}

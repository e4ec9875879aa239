import { randomBytes } from "./crypto.ts"

/** Consonants that cannot be mistaken for each other and form no words (RFC 8628 §6.1). */
const alphabet = "BCDFGHJKLMNPQRSTVWXZ"
const length = 8

/** A user code (RFC 8628 §6.1): 8 letters, each of the 20 equally likely, so 34 bits. */
export function createUserCode(): string {
  let code = ""
  while (code.length < length) {
    for (const byte of randomBytes(length)) {
      // Bytes above the largest multiple of 20 would make the first letters more likely.
      if (byte < 240 && code.length < length) code += alphabet[byte % alphabet.length]
    }
  }
  return code
}

/** Reads what a person typed: case, spaces and punctuation make no difference. */
export function parseUserCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined
  const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, "")
  return code.length === length && [...code].every((letter) => alphabet.includes(letter))
    ? code
    : undefined
}

/** The code as people read it. */
export const shownUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

import { base64url } from "jose"

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true })

export const toBytes = (text: string): Uint8Array => encoder.encode(text)

/** @throws {TypeError} if the bytes are not UTF-8. */
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes)

export const toBase64url = (bytes: Uint8Array): string => base64url.encode(bytes)

/**
 * Returns `undefined` if the text is not canonical base64url, so that every value has only one
 * spelling.
 */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  try {
    const bytes = base64url.decode(text)
    return base64url.encode(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}

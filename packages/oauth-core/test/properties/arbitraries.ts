import fc from "fast-check"
import { expect } from "vitest"
import { OAuthError } from "../../src/index.ts"
import { buildErrorResponse } from "../../src/protocol/error-response.ts"

/** Pieces of URIs that could deceive a parser. */
const pieces = [
  "https:",
  "http:",
  "HTTPS:",
  "javascript:",
  "cursor:",
  "com.example.app:",
  "data:",
  "//",
  "/",
  "\\",
  "///",
  "client.example.com",
  "evil.example",
  "127.0.0.1",
  "localhost",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "0x7f000001",
  "xn--bcher-kva.example",
  "bücher.example",
  "@",
  "user:password@",
  "user@",
  ":80",
  ":443",
  ":65536",
  ":",
  "/callback",
  "/../",
  "/./",
  "/%2e%2e/",
  "/%2E/",
  "..",
  "?",
  "?a=b",
  "&c=d",
  "#",
  "#fragment",
  "%00",
  "%0d%0a",
  "\r\n",
  "\t",
  " ",
  "\u202e",
  "\u0000",
  "*",
  ".",
  "%40",
  "%2f",
] as const

export const trickyUri = fc
  .array(fc.constantFrom(...pieces), { maxLength: 8 })
  .map((parts) => parts.join(""))

/** Any text, with a preference for text that breaks parsers. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  trickyUri,
  fc.constantFrom("", " ", "null", "__proto__", "constructor", "\0", "\ud800", "a".repeat(5000)),
)

/**
 * The result of parsing, or `undefined` if it was refused. A refusal must be an {@link OAuthError}
 * whose response has only the characters that RFC 6749 §5.2 allows.
 */
export function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    expect(error).toBeInstanceOf(OAuthError)
    const { error_description: description } = buildErrorResponse(error as OAuthError)
    expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    return undefined
  }
}

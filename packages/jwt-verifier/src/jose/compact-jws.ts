import { TokenError } from "../token-error.ts"
import { decodeBase64url, isBase64url } from "./base64url.ts"

/** The protected header of a JWS (RFC 7515 §4). Nothing in it is to be believed before the signature has been checked. */
export interface JoseHeader {
  readonly alg: string
  readonly kid?: string
  readonly typ?: string
  readonly [parameter: string]: unknown
}

/** A JWS in the compact serialization (RFC 7515 §7.1), taken apart. */
export interface CompactJws {
  readonly token: string
  readonly header: JoseHeader
  /** In base64url. */
  readonly payload: string
  /** The length of the signing input, which is the beginning of `token`. */
  readonly signedLength: number
  readonly signature: Uint8Array
}

/** Longer tokens are refused unread: they would not fit into the header block of an HTTP request. */
const maxTokenLength = 16_384

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Takes a JWS apart, strictly.
 *
 * Critical header parameters are refused: none is understood here (RFC 7515 §4.1.11).
 *
 * @throws {TokenError} `malformed`.
 */
export function parseCompactJws(token: string): CompactJws {
  if (token.length > maxTokenLength) throw new TokenError("malformed", "The token is too long")
  const payloadStart = token.indexOf(".") + 1
  const signatureStart = token.indexOf(".", payloadStart) + 1
  if (payloadStart === 0 || signatureStart === 0) throw notJws()
  const payload = token.slice(payloadStart, signatureStart - 1)
  const signature = token.slice(signatureStart)
  if (!isBase64url(payload) || !isBase64url(signature)) throw notJws()

  const encodedHeader = token.slice(0, payloadStart - 1)
  if (!isBase64url(encodedHeader)) throw notJws()
  const header = parseObject(encodedHeader)
  const { alg, kid, typ } = header
  if (typeof alg !== "string") throw new TokenError("malformed", "The token names no algorithm")
  if (!isTextOrAbsent(kid) || !isTextOrAbsent(typ)) {
    throw new TokenError("malformed", "The header of the token is malformed")
  }
  if (header.crit !== undefined || header.b64 !== undefined) {
    throw new TokenError("malformed", "The token has critical header parameters")
  }
  return {
    token,
    header: header as JoseHeader,
    payload,
    signedLength: signatureStart - 1,
    signature: decodeBase64url(signature),
  }
}

/**
 * The claims of a JWT (RFC 7519 §7.2).
 *
 * @throws {TokenError} `malformed` if the payload is not a JSON object.
 */
export function parseClaims(jws: CompactJws): Readonly<Record<string, unknown>> {
  return parseObject(jws.payload)
}

function parseObject(encoded: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(decodeBase64url(encoded)))
  } catch {
    throw notJws()
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notJws()
  return value as Record<string, unknown>
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string"
}

export function notJws(): TokenError {
  return new TokenError("malformed", "The token is not a signed JWT")
}

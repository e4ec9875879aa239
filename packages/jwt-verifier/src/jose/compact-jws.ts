import { TokenError } from "../token-error.ts"
import { decodeBase64url, isBase64url } from "./base64url.ts"

/** The protected header of a JWS (RFC 7515 §4). It may be forged until the signature has been verified. */
export interface JoseHeader {
  /** The algorithm of the signature (§4.1.1). */
  readonly alg: string
  /** The identifier of the key (§4.1.4). */
  readonly kid?: string
  /** The type of the token (§4.1.9), such as `at+jwt`. */
  readonly typ?: string
  readonly [parameter: string]: unknown
}

/** A JWS in the compact serialization (RFC 7515 §7.1), parsed. */
export interface CompactJws {
  readonly token: string
  readonly header: JoseHeader
  /** Encoded as base64url. */
  readonly payload: string
  /** The length of the signing input, with which `token` starts. */
  readonly signedLength: number
  readonly signature: Uint8Array
}

/** Longer tokens are refused without being parsed: they would not fit into the headers of an HTTP request. */
const maxTokenLength = 16_384

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Parses a JWS strictly.
 *
 * Critical header parameters are refused, because none is supported (RFC 7515 §4.1.11).
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
  if (typeof alg !== "string") throw new TokenError("malformed", "The token has no algorithm")
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
 * Parses the claims of a JWT (RFC 7519 §7.2).
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

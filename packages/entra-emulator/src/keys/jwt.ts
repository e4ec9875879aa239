import { createHash, randomBytes, sign, verify } from "node:crypto"
import type { SigningKey, SigningKeys } from "./signing-keys.ts"

export type Claims = Readonly<Record<string, unknown>>

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Signs a v2.0 token or id_token: header `typ`, `alg`, `kid`. */
export function signV2(key: SigningKey, claims: Claims): string {
  return signWith(key, { typ: "JWT", alg: "RS256", kid: key.kid }, claims)
}

/** Signs a v1.0 token: its header has `x5t` too. */
export function signV1(key: SigningKey, claims: Claims): string {
  return signWith(key, { typ: "JWT", alg: "RS256", x5t: key.kid, kid: key.kid }, claims)
}

/**
 * Signs a Graph token. The header carries a nonce, and the signature is made over the header with the
 * nonce's hash in its place: only Graph knows to put it there, so an ordinary check fails.
 */
export function signForGraph(key: SigningKey, claims: Claims): string {
  const nonce = randomBytes(32).toString("base64url")
  const header = { typ: "JWT", nonce, alg: "RS256", x5t: key.kid, kid: key.kid }
  const signed = `${encode(hashedNonce(header))}.${encode(claims)}`
  const signature = sign("RSA-SHA256", Buffer.from(signed), key.privateKey)
  return `${encode(header)}.${encode(claims)}.${signature.toString("base64url")}`
}

function signWith(key: SigningKey, header: Claims, claims: Claims): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key.privateKey).toString("base64url")}`
}

function hashedNonce(header: Claims): Claims {
  const nonce = createHash("sha256").update(String(header.nonce)).digest("base64url")
  return { ...header, nonce }
}

export interface OwnToken {
  header: Claims
  claims: Claims
  /** Whether the signature is one of the emulator's published keys'. Expiry is not looked at. */
  genuine: boolean
}

/** Takes apart a token that the emulator may have issued; `undefined` if it is no JWT. */
export async function readOwnToken(
  token: string,
  keys: SigningKeys,
): Promise<OwnToken | undefined> {
  const [head = "", body = "", signature = "", ...rest] = token.split(".")
  const header = decode(head)
  const claims = decode(body)
  if (!header || !claims || !signature || rest.length > 0) return undefined
  const key = await keys.find(typeof header.kid === "string" ? header.kid : undefined)
  const signed =
    header.nonce === undefined ? `${head}.${body}` : `${encode(hashedNonce(header))}.${body}`
  const genuine =
    key !== undefined &&
    verify("RSA-SHA256", Buffer.from(signed), key.publicKey, Buffer.from(signature, "base64url"))
  return { header, claims, genuine }
}

/** A JWT's part as an object; `undefined` if it is none. */
export function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

import { createHash, randomBytes, sign, verify } from "node:crypto"
import type { SigningKey, SigningKeys } from "./signing-keys.ts"

export type Claims = Readonly<Record<string, unknown>>

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Signs a v2.0 access token or id_token. Its header has `typ`, `alg` and `kid`. */
export function signV2(key: SigningKey, claims: Claims): string {
  return signWith(key, { typ: "JWT", alg: "RS256", kid: key.kid }, claims)
}

/** Signs a v1.0 access token. Its header also has `x5t`. */
export function signV1(key: SigningKey, claims: Claims): string {
  return signWith(key, { typ: "JWT", alg: "RS256", x5t: key.kid, kid: key.kid }, claims)
}

/**
 * Signs a Graph token. Its header has a nonce, but what is signed has the nonce's hash in its place. Only
 * Graph knows this, so an ordinary check of the signature fails.
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
  /** Whether a published key of the emulator signed it. Expiry is not checked. */
  genuine: boolean
}

/** Decodes and checks a token that the emulator may have issued; `undefined` if it is not a JWT. */
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

/** Decodes a part of a JWT; `undefined` if it is not a JSON object. */
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

import { createHmac } from "node:crypto"
import {
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose"

/** The time in every test that does not say otherwise, in milliseconds since the epoch. */
export const time = Date.UTC(2030, 0, 1)
export const seconds = time / 1000

export const issuer = "https://issuer.example"
export const audience = "https://mcp.example/mcp"

/** The claims of a good access token (RFC 9068 §2.2). */
export const goodClaims: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: "alice",
  client_id: "client-1",
  scope: "mcp:read mcp:write",
  iat: seconds,
  exp: seconds + 3600,
  jti: "1",
}

/** A key pair that signs tokens; `jwk` is its public half. */
export interface SigningKey {
  readonly jwk: JWK & { kid: string }
  readonly publicKey: CryptoKey
  /** A good token with these changes; `undefined` leaves a member out. */
  sign(claims?: Record<string, unknown>, header?: { [parameter: string]: unknown }): Promise<string>
  /** A token with exactly this payload. */
  signText(payload: string): Promise<string>
}

export async function signingKey(alg: string, kid: string, extra: JWK = { kty: "" }) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const { kty: _, ...members } = extra
  const jwk = { ...(await exportJWK(publicKey)), kid, ...members }
  return {
    jwk,
    publicKey,
    sign(claims = {}, header = {}) {
      const protectedHeader = { alg, kid, typ: "at+jwt", ...header }
      return new SignJWT(defined({ ...goodClaims, ...claims }))
        .setProtectedHeader(defined(protectedHeader) as JWTHeaderParameters)
        .sign(privateKey)
    },
    signText(payload) {
      return new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg, kid, typ: "at+jwt" })
        .sign(privateKey)
    },
  } satisfies SigningKey
}

/** A token made of any parts, signed or not. */
export function assemble(
  header: unknown,
  payload: unknown,
  signature: string | Uint8Array = "",
): string {
  const part = (value: unknown) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")
  const last =
    typeof signature === "string" ? signature : Buffer.from(signature).toString("base64url")
  return `${part(header)}.${part(payload)}.${last}`
}

/** A token that is signed with a secret, a different one for each number. */
export function hmacToken(secret: string, number: number): string {
  const signed = assemble({ alg: "HS256", typ: "at+jwt" }, { ...goodClaims, jti: number }).slice(
    0,
    -1,
  )
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T
}

import { generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

export type Algorithm = "RS256" | "ES256"

export const issuer = "https://login.example.com/11111111-1111-4111-8111-111111111111/v2.0"
export const audience = "https://mcp.example.com/mcp"
export const typ = "at+jwt"

const tokenLength = 1024

/** An issuer with one key of each algorithm, and its key set behind a URL on loopback. */
export async function startIssuer() {
  const keys = {
    RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  }
  const jwks = {
    keys: (["RS256", "ES256"] as const).map((alg) => ({
      ...keys[alg].publicKey.export({ format: "jwk" }),
      kty: alg === "RS256" ? "RSA" : "EC",
      kid: alg,
      use: "sig",
      alg,
    })),
  }
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(jwks))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    jwks,
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    publicKey: (alg: Algorithm) => keys[alg].publicKey,
    sign: (alg: Algorithm, claims: object, header: object = {}) =>
      signToken({ alg, kid: alg, typ, ...header }, claims, keys[alg].privateKey),
    stop: () => server.close(),
  }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** The subject of each token is its number, so that each result can be asserted. */
function goodClaims(number: number) {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: audience,
    sub: `user-${number}`,
    client_id: "00000000-aaaa-4bbb-8ccc-dddddddddddd",
    scope: "mcp:read mcp:write",
    jti: `${number}`,
    iat: now,
    nbf: now,
    exp: now + 3600,
  }
}

/** Good tokens of 1 KB each. */
export function goodTokens(from: Issuer, alg: Algorithm, count: number): string[] {
  const bare = from.sign(alg, { ...goodClaims(count), groups: "" }).length
  const groups = "g".repeat(Math.floor(((tokenLength - bare) * 3) / 4))
  return Array.from({ length: count }, (_, number) =>
    from.sign(alg, { ...goodClaims(number), groups }),
  )
}

/** Tokens that a strict verifier of access tokens refuses (RFC 7519, RFC 8725, RFC 9068). */
export function badTokens(from: Issuer, alg: Algorithm): Record<string, string> {
  const claims = goodClaims(0)
  const good = from.sign(alg, claims)
  const future = claims.iat + 3600
  return {
    "a wrong signature": `${good.slice(0, -4)}${good.endsWith("AAAA") ? "QQQQ" : "AAAA"}`,
    "an unknown key": from.sign(alg, claims, { kid: "other" }),
    "no algorithm": `${from.sign(alg, claims, { alg: "none" }).replace(/[^.]+$/, "")}`,
    "another issuer": from.sign(alg, { ...claims, iss: "https://evil.example" }),
    "another audience": from.sign(alg, { ...claims, aud: "https://evil.example" }),
    "no audience": from.sign(alg, { ...claims, aud: undefined }),
    "an expired token": from.sign(alg, { ...claims, exp: claims.iat - 60 }),
    "no expiry": from.sign(alg, { ...claims, exp: undefined }),
    "a future nbf": from.sign(alg, { ...claims, nbf: future }),
    "a future iat": from.sign(alg, { ...claims, iat: future }),
    "no typ": from.sign(alg, claims, { typ: undefined }),
    "another typ": from.sign(alg, claims, { typ: "JWT" }),
    "a critical header": from.sign(alg, claims, { crit: ["exp"], exp: 1 }),
    "no subject": from.sign(alg, { ...claims, sub: undefined }),
  }
}

function signToken(header: object, claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const signed = `${part(header)}.${part(claims)}`
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" })
  return `${signed}.${signature.toString("base64url")}`
}

import { readFileSync } from "node:fs"
import type { JWK } from "jose"
import { describe, expect, it } from "vitest"
import type { SignatureAlgorithm } from "../../src/jose/algorithms.ts"
import { isSignatureAlgorithm } from "../../src/jose/algorithms.ts"
import { decodeBase64url } from "../../src/jose/base64url.ts"
import { parseCompactJws } from "../../src/jose/compact-jws.ts"
import type { SignatureCheck } from "../../src/jose/signature-check.ts"
import { keyFromJwk, keyFromSecret, type VerificationKey } from "../../src/jose/verification-key.ts"
import { TokenError } from "../../src/token-error.ts"
import { signatureChecks } from "../signature-checks.ts"

interface RfcVector {
  source: string
  alg: SignatureAlgorithm
  key: JWK
  jws: string
}

interface WycheproofGroup {
  comment: string
  key: JWK
  tests: { tcId: number; comment: string; jws: string; valid: boolean }[]
}

const rfcVectors: RfcVector[] = read("rfc-jws.json")
const wycheproofGroups: WycheproofGroup[] = read("wycheproof-jws.json")

describe.each(signatureChecks)("signatures by %s", (_, check) => {
  it.each(rfcVectors)("$source: $alg verifies", async ({ alg, key, jws }) => {
    const verificationKey = keyOf(key)
    expect(parseCompactJws(jws).header.alg).toBe(alg)
    expect(await verifies(check, verificationKey, jws)).toBe(true)
  })

  it.each(rfcVectors)(
    "$source: one bit of the payload or the signature changes it",
    async ({ key, jws }) => {
      const verificationKey = keyOf(key)
      const [header, payload, signature] = jws.split(".") as [string, string, string]
      expect(
        await verifies(check, verificationKey, `${header}.${flip(payload)}.${signature}`),
      ).toBe(false)
      expect(
        await verifies(check, verificationKey, `${header}.${payload}.${flip(signature)}`),
      ).toBe(false)
    },
  )

  it.each(rfcVectors)("$source: no other vector's key verifies it", async ({ key, jws }) => {
    const others = rfcVectors.filter((other) => JSON.stringify(other.key) !== JSON.stringify(key))
    expect(others.length).toBeGreaterThan(5)
    for (const other of others) expect(await verifies(check, keyOf(other.key), jws)).toBe(false)
  })

  for (const { comment, key, tests } of wycheproofGroups) {
    it.each(tests)(`Wycheproof ${comment} #$tcId $comment`, async ({ jws, valid }) => {
      expect(await verifies(check, keyOf(key), jws)).toBe(valid)
    })
  }
})

async function verifies(check: SignatureCheck, key: VerificationKey, token: string) {
  try {
    const jws = parseCompactJws(token)
    const { alg } = jws.header
    if (!isSignatureAlgorithm(alg) || !key.algorithms.includes(alg)) return false
    return await check(key, alg, jws)
  } catch (error) {
    expect(error).toBeInstanceOf(TokenError)
    return false
  }
}

function keyOf(jwk: JWK): VerificationKey {
  return jwk.kty === "oct" ? keyFromSecret(decodeBase64url(jwk.k ?? "")) : keyFromJwk(jwk)
}

function flip(encoded: string): string {
  const bytes = decodeBase64url(encoded).slice()
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  return Buffer.from(bytes).toString("base64url")
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"))
}

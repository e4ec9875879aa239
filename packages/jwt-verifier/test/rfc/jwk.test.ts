import { generateKeyPairSync } from "node:crypto"
import type { JWK } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { keyFromJwk, UnusableKeyError } from "../../src/jose/verification-key.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { verifiers } from "../signature-checks.ts"
import { audience, issuer, type SigningKey, signingKey, time } from "../signing-key.ts"

const now = () => time

let ec: SigningKey
let rsa: SigningKey

beforeAll(async () => {
  ec = await signingKey("ES256", "ec")
  rsa = await signingKey("RS256", "rsa")
})

/** Verifiers with a key set of this key and another one, so that the set is not empty. */
function withKey(jwk: JWK) {
  const spare = { ...ec.jwk, kid: "spare" }
  return verifiers({ issuer, audience, jwks: { keys: [spare, jwk] }, now })
}

describe("use, key_ops and alg (RFC 7517 §4)", () => {
  it.each<[string, Partial<JWK>]>([
    ["no purpose", {}],
    ["use sig", { use: "sig" }],
    ["key_ops verify", { key_ops: ["verify"] }],
    ["key_ops with verify", { key_ops: ["encrypt", "verify"] }],
    ["the alg of the token", { alg: "RS256" }],
    ["members unknown here", { issuer: "https://issuer.example", x5t: "x" } as JWK],
  ])("a key with %s is used", async (_, members) => {
    for (const [, { verify }] of withKey({ ...rsa.jwk, ...members })) await verify(await rsa.sign())
  })

  it.each<[string, Partial<JWK>]>([
    ["use enc", { use: "enc" }],
    ["use null", { use: null as unknown as string }],
    ["key_ops without verify", { key_ops: ["sign", "wrapKey"] }],
    ["empty key_ops", { key_ops: [] }],
    ["key_ops that are not a list", { key_ops: "verify" as unknown as string[] }],
    ["an alg that is not for signatures", { alg: "RSA-OAEP-256" }],
    ["the alg of another kind of key", { alg: "ES256" }],
    ["the alg none", { alg: "none" }],
    ["a private part", { d: "AQAB" }],
  ])("a key with %s is not used", async (_, members) => {
    for (const [, { verify }] of withKey({ ...rsa.jwk, ...members })) {
      const error = await refusal(verify(await rsa.sign()))
      expect(error.code).toBe("unknown_key")
      expect(error.cause).toBeInstanceOf(UnusableKeyError)
    }
  })

  it("a key with another alg of its kind does not verify this one", async () => {
    for (const alg of ["PS256", "RS512"]) {
      for (const [, { verify }] of withKey({ ...rsa.jwk, alg })) {
        await expectRefusal(verify(await rsa.sign()), "algorithm_not_allowed")
      }
    }
  })

  it("if the first key with a kid is unusable, a second one with the same kid is used", async () => {
    const keys = [{ ...rsa.jwk, use: "enc" }, rsa.jwk, { ...rsa.jwk, use: "enc", alg: "RSA-OAEP" }]
    for (const [, { verify }] of verifiers({ issuer, audience, jwks: { keys }, now })) {
      await verify(await rsa.sign())
    }
  })
})

describe("the strength of RSA keys (RFC 7518 §3.3)", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 2047 }).publicKey.export({
    format: "jwk",
  })
  const three = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 })

  it("must be 2048 bits, not counting leading zeros", () => {
    expect(() => keyFromJwk(weak as JWK)).toThrow(UnusableKeyError)
    const padded = Buffer.concat([Buffer.alloc(8), Buffer.from(weak.n ?? "", "base64url")])
    expect(() => keyFromJwk({ ...weak, n: padded.toString("base64url") } as JWK)).toThrow(
      "2048 bits",
    )
    expect(keyFromJwk(rsa.jwk).algorithms).toContain("RS256")
  })

  it.each([
    ["1", "AQ"],
    ["2", "Ag"],
    ["3", "Aw"],
    ["17", "EQ"],
    ["65535", "__8"],
    ["65538", "AQAC"],
    ["more than 64 bits", "AQAAAAAAAAAB"],
    ["nothing", ""],
  ])("an exponent of %s is weak", (_, e) => {
    expect(() => keyFromJwk({ ...rsa.jwk, e })).toThrow(UnusableKeyError)
  })

  it("is checked for every source of keys", async () => {
    const jwk = three.publicKey.export({ format: "jwk" })
    const token = await rsa.sign({}, { kid: "three" })
    for (const [, { verify }] of withKey({ ...jwk, kid: "three" } as JWK)) {
      await expectRefusal(verify(token), "unknown_key")
    }
    const publicKey = String(three.publicKey.export({ format: "pem", type: "spki" }))
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
    const spki = three.publicKey.export({ format: "der", type: "spki" })
    const cryptoKey = await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"])
    for (const source of [{ publicKey }, { key: () => cryptoKey }]) {
      for (const [, { verify }] of verifiers({ issuer, audience, ...source, now })) {
        await expectRefusal(verify(token), "keys_unavailable")
      }
    }
  })
})

describe("a malformed key", () => {
  it.each<[string, Partial<JWK>]>([
    ["no x", { x: undefined as unknown as string }],
    ["a number for x", { x: 7 as unknown as string }],
    ["padding", { x: `${"A".repeat(43)}=` }],
    ["base64 that is not base64url", { x: `+/${"A".repeat(41)}` }],
    ["another curve", { crv: "P-384" }],
    ["an unknown curve", { crv: "P-999" }],
    ["no kind", { kty: undefined as unknown as string }],
    ["an unknown kind", { kty: "toString" }],
    ["a point that is not on the curve", { y: `${"A".repeat(42)}E` }],
  ])("with %s is not used, and does not affect other keys", async (_, members) => {
    for (const [, { verify }] of withKey({ ...ec.jwk, ...members })) {
      const error = await refusal(verify(await ec.sign()))
      expect(["unknown_key", "algorithm_not_allowed"]).toContain(error.code)
      await verify(await ec.sign({}, { kid: "spare" }))
    }
  })
})

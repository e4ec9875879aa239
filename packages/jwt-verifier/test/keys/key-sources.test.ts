import { generateKeyPairSync } from "node:crypto"
import { readFileSync } from "node:fs"
import { type CryptoKey, exportSPKI, type JWK, SignJWT } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { type JoseHeader, jwtVerifier, TokenError } from "../../src/index.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { verifiers } from "../signature-checks.ts"
import { audience, goodClaims, issuer, type SigningKey, signingKey, time } from "../signing-key.ts"

const now = () => time

let key: SigningKey
let other: SigningKey

beforeAll(async () => {
  key = await signingKey("ES256", "k")
  other = await signingKey("ES256", "other")
})

describe("a local key set", () => {
  it("finds the key by its kid", async () => {
    for (const [, { verify }] of verifiers({
      issuer,
      audience,
      jwks: { keys: [other.jwk, key.jwk] },
      now,
    })) {
      expect((await verify(await key.sign())).subject).toBe("alice")
      await expectRefusal(verify(await key.sign({}, { kid: "other" })), "bad_signature")
      await expectRefusal(verify(await key.sign({}, { kid: "absent" })), "unknown_key")
    }
  })

  it("finds the only fitting key for a token without a kid, and never tries several", async () => {
    const ed = await signingKey("Ed25519", "ed")
    const two = jwtVerifier({ issuer, audience, jwks: { keys: [ed.jwk, key.jwk] }, now })
    await two.verify(await key.sign({}, { kid: undefined }))
    const three = jwtVerifier({
      issuer,
      audience,
      jwks: { keys: [ed.jwk, key.jwk, other.jwk] },
      now,
    })
    await expectRefusal(three.verify(await key.sign({}, { kid: undefined })), "unknown_key")
  })

  it("accepts both keys that have the same kid", async () => {
    const twin = await signingKey("ES256", "k")
    const { verify } = jwtVerifier({ issuer, audience, jwks: { keys: [twin.jwk, key.jwk] }, now })
    await verify(await key.sign())
    await verify(await twin.sign())
    await expectRefusal(verify(await other.sign({}, { kid: "k" })), "bad_signature")
  })

  it("is a copy: changing the original changes nothing", async () => {
    const jwks = { keys: [{ ...key.jwk }] }
    const { verify } = jwtVerifier({ issuer, audience, jwks, now })
    Object.assign(jwks.keys[0] ?? {}, other.jwk)
    await verify(await key.sign())
  })

  it("must have a key that can be used", () => {
    const keys = [
      { ...key.jwk, use: "enc" },
      { kty: "oct", k: "c2VjcmV0" },
    ]
    expect(() => jwtVerifier({ issuer, audience, jwks: { keys } })).toThrow(TypeError)
    expect(() => jwtVerifier({ issuer, audience, jwks: { keys: [] } })).toThrow(TypeError)
  })
})

describe("a PEM", () => {
  const kinds = ["RS256", "PS256", "ES256", "ES384", "ES512", "Ed25519"]

  it.each(kinds)("may contain a public key for %s, whatever the kid of the token", async (alg) => {
    const signer = await signingKey(alg, "any")
    const publicKey = await exportSPKI(signer.publicKey)
    for (const [, { verify }] of verifiers({ issuer, audience, publicKey, now })) {
      expect((await verify(await signer.sign())).subject).toBe("alice")
      await verify(await signer.sign({ jti: "2" }, { kid: undefined }))
      await expectRefusal(
        verify(await (alg === "ES256" ? other : key).sign()),
        alg === "ES256" ? "bad_signature" : "algorithm_not_allowed",
      )
    }
  })

  it("is read when the first token arrives: tokens before and after that are treated the same", async () => {
    const publicKey = await exportSPKI(key.publicKey)
    const { verify } = jwtVerifier({ issuer, audience, publicKey, now })
    const tokens = await Promise.all(Array.from({ length: 5 }, (_, jti) => key.sign({ jti })))
    await Promise.all(tokens.map(verify))
    await Promise.all(tokens.map(verify))
  })

  it("may be a certificate", async () => {
    const { certificate: publicKey, token } = JSON.parse(
      readFileSync(new URL("../vectors/certificate.json", import.meta.url), "utf8"),
    )
    for (const [, { verify }] of verifiers({ issuer, audience, publicKey, now })) {
      expect((await verify(token)).subject).toBe("alice")
    }
  })

  it("may not be a private key or anything else", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    for (const pem of [
      privateKey.export({ format: "pem", type: "pkcs8" }),
      publicKey.export({ format: "pem", type: "pkcs1" }),
      "",
      "secret",
    ]) {
      expect(() => jwtVerifier({ issuer, audience, publicKey: String(pem) })).toThrow(
        /^jwtVerifier: publicKey/,
      )
    }
  })

  it("with a weak key or without a key makes keys unavailable", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 })
    for (const pem of [
      String(publicKey.export({ format: "pem", type: "spki" })),
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ]) {
      const { verify } = jwtVerifier({ issuer, audience, publicKey: pem, now })
      await expectRefusal(verify(await key.sign()), "keys_unavailable")
    }
  })
})

describe("a key function", () => {
  it("gets the header and returns a JWK or a CryptoKey, synchronously or not", async () => {
    const headers: JoseHeader[] = []
    for (const answer of [
      key.jwk,
      key.publicKey,
      Promise.resolve(key.jwk),
      Promise.resolve(key.publicKey),
    ]) {
      const find = (header: JoseHeader) => {
        headers.push(header)
        return answer
      }
      for (const [, { verify }] of verifiers({ issuer, audience, key: find, now })) {
        expect((await verify(await key.sign())).subject).toBe("alice")
        await expectRefusal(verify(await other.sign()), "bad_signature")
      }
    }
    expect(headers).toHaveLength(16)
    expect(headers[0]).toEqual({ alg: "ES256", kid: "k", typ: "at+jwt" })
  })

  it.each(["RS256", "RS512", "PS256", "ES384", "Ed25519"])(
    "may return a CryptoKey for %s only",
    async (alg) => {
      const signer = await signingKey(alg, "k")
      for (const [, { verify }] of verifiers({
        issuer,
        audience,
        key: () => signer.publicKey,
        now,
      })) {
        await verify(await signer.sign())
        await expectRefusal(verify(await key.sign()), "algorithm_not_allowed")
      }
    },
  )

  it("is called again for a remembered token, which is dropped when its key is withdrawn", async () => {
    const keys = new Map<string, JWK | CryptoKey>([["k", key.jwk]])
    for (const find of [
      ({ kid = "" }: JoseHeader) => keys.get(kid),
      async ({ kid = "" }: JoseHeader) => keys.get(kid),
    ]) {
      keys.set("k", key.jwk)
      const { verify } = jwtVerifier({ issuer, audience, key: find, now })
      const token = await key.sign()
      const verified = await verify(token)
      expect(await verify(token)).toBe(verified)
      keys.delete("k")
      await expectRefusal(verify(token), "unknown_key")
      keys.set("k", other.jwk)
      await expectRefusal(verify(token), "bad_signature")
      keys.set("k", { ...key.jwk })
      expect(await verify(token)).toEqual(verified)
    }
  })

  it("that fails makes keys unavailable, with its error as the cause", async () => {
    const fault = new Error("the store is down")
    for (const find of [
      () => {
        throw fault
      },
      async () => {
        throw fault
      },
    ]) {
      const { verify } = jwtVerifier({ issuer, audience, key: find, now })
      const error = await refusal(verify(await key.sign()))
      expect(error).toMatchObject({ code: "keys_unavailable", status: 503, cause: fault })
      expect(error.message).not.toContain("store")
    }
  })

  it("may refuse a token with its own error", async () => {
    const find = () => {
      throw new TokenError("inactive", "The token has been revoked")
    }
    const { verify } = jwtVerifier({ issuer, audience, key: find, now })
    await expectRefusal(verify(await key.sign()), "inactive")
  })

  it("may not hand out a private, a symmetric or an encryption key", async () => {
    for (const jwk of [
      ...["d", "p", "q", "dp", "dq", "qi", "k", "priv"].map((name) => ({
        ...key.jwk,
        [name]: "AA",
      })),
      { ...key.jwk, oth: [] },
      { kty: "oct", k: "A".repeat(43) },
      { ...key.jwk, use: "enc" },
      { ...key.jwk, key_ops: ["sign"] },
    ]) {
      const { verify } = jwtVerifier({ issuer, audience, key: () => jwk, now })
      await expectRefusal(verify(await key.sign()), "keys_unavailable")
    }
    const ecdsa = { name: "ECDSA", namedCurve: "P-256" }
    const idle = await crypto.subtle.importKey("jwk", key.jwk, ecdsa, true, [])
    const { privateKey } = await crypto.subtle.generateKey(ecdsa, false, ["sign", "verify"])
    for (const cryptoKey of [idle, privateKey]) {
      const { verify } = jwtVerifier({ issuer, audience, key: () => cryptoKey, now })
      await expectRefusal(verify(await key.sign()), "keys_unavailable")
    }
  })
})

describe("a shared secret", () => {
  const secret = "a secret of at least thirty-two bytes"

  async function sign(alg: string, by: string, header: Record<string, unknown> = {}) {
    return new SignJWT({ ...goodClaims })
      .setProtectedHeader({ alg, typ: "at+jwt", ...header })
      .sign(new TextEncoder().encode(by))
  }

  it("verifies HS256 tokens and nothing else", async () => {
    for (const [, { verify }] of verifiers({ issuer, audience, secret, now })) {
      expect((await verify(await sign("HS256", secret))).subject).toBe("alice")
      await expectRefusal(verify(await sign("HS256", `${secret}!`)), "bad_signature")
      const short = (await sign("HS256", secret)).slice(0, -4)
      await expectRefusal(verify(`${short.slice(0, -1)}A`), "bad_signature")
      await expectRefusal(verify(await sign("HS512", secret.repeat(2))), "algorithm_not_allowed")
      await expectRefusal(verify(await key.sign()), "algorithm_not_allowed")
    }
  })

  it("may be bytes, which are copied", async () => {
    const bytes = new TextEncoder().encode(secret)
    const { verify } = jwtVerifier({ issuer, audience, secret: bytes, now })
    bytes.fill(0)
    await verify(await sign("HS256", secret))
  })

  it("verifies longer HMACs if they are allowed and it is long enough", async () => {
    const algorithms = ["HS256", "HS512"] as const
    for (const [, { verify }] of verifiers({
      issuer,
      audience,
      secret: secret.repeat(2),
      algorithms,
      now,
    })) {
      await verify(await sign("HS512", secret.repeat(2)))
      await expectRefusal(verify(await sign("HS384", secret.repeat(2))), "algorithm_not_allowed")
    }
    const { verify } = jwtVerifier({ issuer, audience, secret, algorithms, now })
    await expectRefusal(verify(await sign("HS512", secret)), "algorithm_not_allowed")
  })

  it("is at least 32 bytes (RFC 7518 §3.2)", () => {
    expect(() => jwtVerifier({ issuer, audience, secret: "x".repeat(31) })).toThrow(
      /^jwtVerifier: secret/,
    )
  })
})

describe("the options", () => {
  const base = { issuer, audience }

  it.each([
    ["no issuer", { ...base, issuer: "", secret: "x".repeat(32) }],
    ["an empty list of issuers", { ...base, issuer: [], secret: "x".repeat(32) }],
    ["no audience", { ...base, audience: "", secret: "x".repeat(32) }],
    ["an empty list of audiences", { ...base, audience: [], secret: "x".repeat(32) }],
    ["two sources of keys", { ...base, secret: "x".repeat(32), jwksUri: "https://a.example/" }],
    ["an issuer function and no keys", { ...base, issuer: () => issuer }],
    ["an issuer that is not https, and no keys", { ...base, issuer: "http://issuer.example" }],
    ["an issuer that is not a URL, and no keys", { ...base, issuer: "issuer" }],
    ["no algorithm", { ...base, algorithms: [] }],
    ["a negative leeway", { ...base, leewaySeconds: -1 }],
    ["a leeway that is not a number", { ...base, leewaySeconds: Number.NaN }],
    ["a negative interval", { ...base, refreshIntervalSeconds: -1 }],
    ["a negative memory", { ...base, rememberBytes: -1 }],
  ])("with %s are refused", (_, options) => {
    expect(() => jwtVerifier(options)).toThrow(TypeError)
  })

  it("with an algorithm that does not fit the keys are refused", () => {
    const secret = "x".repeat(32)
    for (const [options, names] of [
      [{ ...base }, ["HS256", "none", "toString", "RS1"]],
      [{ ...base, secret }, ["RS256", "ES256", "none"]],
    ] as const) {
      for (const name of names) {
        const algorithms = [name as "RS256"]
        expect(() => jwtVerifier({ ...options, algorithms })).toThrow(/^jwtVerifier: algorithms/)
      }
    }
  })
})

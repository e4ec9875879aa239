import {
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  privateEncrypt,
  sign,
} from "node:crypto"
import { exportSPKI, type JWK, SignJWT } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { jwtVerifier } from "../../src/index.ts"
import { expectRefusal } from "../refusal.ts"
import { verifiers } from "../signature-checks.ts"
import {
  assemble,
  audience,
  goodClaims,
  issuer,
  type SigningKey,
  signingKey,
  time,
} from "../signing-key.ts"

const now = () => time
const typ = "at+jwt"

let rsa: SigningKey
let ec: SigningKey

beforeAll(async () => {
  rsa = await signingKey("RS256", "k")
  ec = await signingKey("ES256", "k")
})

/** Verifiers with each source of keys, all with the same key. */
async function everySource(key: SigningKey) {
  const publicKey = await exportSPKI(key.publicKey)
  return [
    { jwks: { keys: [key.jwk] } },
    { publicKey },
    { key: () => key.jwk },
    { key: () => key.publicKey },
  ].flatMap((source) => verifiers({ issuer, audience, now, ...source }))
}

/** Every text that an attacker might use as "the key" if a verifier can be made to compute an HMAC with it. */
async function publicTexts(key: SigningKey): Promise<(string | Buffer)[]> {
  const pem = await exportSPKI(key.publicKey)
  const der = Buffer.from(await crypto.subtle.exportKey("spki", key.publicKey as never))
  const { n = "", x = "" } = key.jwk
  return [
    pem,
    pem.trimEnd(),
    pem.replaceAll("\n", ""),
    der,
    JSON.stringify(key.jwk),
    n || x,
    Buffer.from(n || x, "base64url"),
    "",
    "k",
  ]
}

describe.each(["HS256", "HS384", "HS512"])("an %s token keyed with public text", (alg) => {
  it("verifies with no kind of key", async () => {
    for (const key of [rsa, ec]) {
      const signed = assemble({ alg, kid: "k", typ }, goodClaims).slice(0, -1)
      for (const text of await publicTexts(key)) {
        const hash = alg.replace("HS", "sha")
        const token = `${signed}.${createHmac(hash, text).update(signed).digest("base64url")}`
        for (const [, { verify }] of await everySource(key)) {
          await expectRefusal(verify(token), "algorithm_not_allowed")
        }
      }
    }
  })
})

it("a public key is not accepted as a secret (another way to the same attack)", async () => {
  for (const key of [rsa, ec]) {
    const [pem, trimmed, , , jwk] = await publicTexts(key)
    for (const secret of [pem, trimmed, jwk, Buffer.from(pem ?? ""), ` ${jwk}`]) {
      expect(() => jwtVerifier({ issuer, audience, secret: secret ?? "" })).toThrow(
        /^jwtVerifier: secret/,
      )
    }
  }
})

it.each([
  "none",
  "None",
  "NONE",
  "nOnE",
  "",
  "HS256 ",
  "hs256",
  "ES256K",
  "RS1",
  "dir",
  "toString",
  "__proto__",
])("the algorithm %j is not allowed, with and without a signature", async (alg) => {
  for (const [, { verify }] of [
    ...(await everySource(rsa)),
    ...verifiers({ issuer, audience, now, secret: "x".repeat(32) }),
  ]) {
    for (const signature of ["AA", new Uint8Array(32), new Uint8Array(256)]) {
      await expectRefusal(
        verify(assemble({ alg, kid: "k", typ }, goodClaims, signature)),
        "algorithm_not_allowed",
      )
    }
    await expectRefusal(verify(assemble({ alg, kid: "k", typ }, goodClaims)), "malformed")
  }
})

it("a token of one kind of key does not verify with another", async () => {
  const algorithms = ["RS256", "PS256", "ES256", "ES384", "ES512", "Ed25519"]
  const keys = await Promise.all(algorithms.map((alg) => signingKey(alg, "k")))
  for (const key of keys) {
    for (const other of keys) {
      for (const [, { verify }] of verifiers({
        issuer,
        audience,
        now,
        jwks: { keys: [key.jwk] },
      })) {
        const token = await other.sign()
        if (key === other) await verify(token)
        else
          await expect(verify(token)).rejects.toMatchObject({
            code: /bad_signature|algorithm_not_allowed/,
          })
      }
    }
  }
})

it("a signature of one algorithm does not verify as another of the same key", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "k" } as JWK
  const sources = verifiers({ issuer, audience, now, jwks: { keys: [jwk] } })
  const header = { alg: "PS256", kid: "k", typ }
  const good = await new SignJWT({ ...goodClaims }).setProtectedHeader(header).sign(privateKey)
  const signature = good.slice(good.lastIndexOf(".") + 1)
  for (const alg of ["RS256", "RS384", "PS384", "PS512"]) {
    const token = assemble({ alg, kid: "k", typ }, goodClaims, Buffer.from(signature, "base64url"))
    for (const [, { verify }] of sources) await expectRefusal(verify(token), "bad_signature")
  }
  for (const [, { verify }] of sources) await verify(good)
})

it("only the listed algorithms are allowed, whatever the key supports", async () => {
  for (const [, { verify }] of verifiers({
    issuer,
    audience,
    now,
    jwks: { keys: [rsa.jwk] },
    algorithms: ["PS256"],
  })) {
    await expectRefusal(verify(await rsa.sign()), "algorithm_not_allowed")
  }
})

describe("an ECDSA signature", () => {
  const signed = assemble({ alg: "ES256", kid: "k", typ }, goodClaims).slice(0, -1)
  const order = Buffer.from(
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    "hex",
  )
  const zero = Buffer.alloc(32)
  const one = Buffer.from(zero).fill(1, 31)
  const ones = Buffer.alloc(32, 0xff)

  it.each<[string, Buffer]>([
    ["of two zeros", Buffer.concat([zero, zero])],
    ["with r zero", Buffer.concat([zero, one])],
    ["with s zero", Buffer.concat([one, zero])],
    ["with r and s the order", Buffer.concat([order, order])],
    ["with r beyond the order", Buffer.concat([ones, one])],
    ["of ones", Buffer.concat([ones, ones])],
    ["of one byte", Buffer.alloc(1, 1)],
    ["a byte too short", Buffer.alloc(63, 1)],
    ["a byte too long", Buffer.alloc(65, 1)],
    ["as long as ES384", Buffer.alloc(96, 1)],
  ])("%s is bad", async (_, signature) => {
    for (const [, { verify }] of await everySource(ec)) {
      await expectRefusal(verify(`${signed}.${signature.toString("base64url")}`), "bad_signature")
    }
  })

  it("with leading zeros in its halves, another form of the same integers, is bad", async () => {
    const token = await ec.sign()
    const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url")
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
    const padded = Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s]).toString("base64url")
    for (const [, { verify }] of await everySource(ec)) {
      await expectRefusal(verify(token.replace(/[^.]+$/, padded)), "bad_signature")
    }
  })

  it("as DER, which another library would accept, is bad", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: "k" } as JWK
    const der = sign("sha256", Buffer.from(signed), privateKey).toString("base64url")
    const raw = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" })
    for (const [, { verify }] of verifiers({ issuer, audience, now, jwks: { keys: [jwk] } })) {
      await expectRefusal(verify(`${signed}.${der}`), "bad_signature")
      await verify(`${signed}.${raw.toString("base64url")}`)
    }
  })
})

describe("an RSA signature (PKCS #1 v1.5)", () => {
  const signed = assemble({ alg: "RS256", kid: "k", typ }, goodClaims).slice(0, -1)
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "k" } as JWK
  const digest = createHash("sha256").update(signed).digest()
  const digestInfo = Buffer.concat([
    Buffer.from("3031300d060960864801650304020105000420", "hex"),
    digest,
  ])
  const withoutNull = Buffer.concat([
    Buffer.from("302f300b06096086480165030402010420", "hex"),
    digest,
  ])

  function encoded(
    info: Buffer,
    padding = Buffer.alloc(253 - info.length, 0xff),
    tail = Buffer.alloc(0),
  ) {
    return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), info, tail])
  }

  function tokenOf(message: Buffer): string {
    const signature = privateEncrypt(
      { key: privateKey, padding: constants.RSA_NO_PADDING },
      message,
    )
    return `${signed}.${signature.toString("base64url")}`
  }

  it("with the correct padding is good", async () => {
    for (const [, { verify }] of verifiers({ issuer, audience, now, jwks: { keys: [jwk] } })) {
      await verify(tokenOf(encoded(digestInfo)))
    }
  })

  it.each<[string, Buffer]>([
    [
      "short padding and garbage after the hash",
      encoded(digestInfo, Buffer.alloc(8, 0xff), Buffer.alloc(245 - digestInfo.length, 7)),
    ],
    ["garbage in the padding", encoded(digestInfo, Buffer.alloc(253 - digestInfo.length, 0xfe))],
    ["no padding", Buffer.concat([Buffer.alloc(256 - digestInfo.length), digestInfo])],
    [
      "the padding of encryption",
      Buffer.concat([Buffer.from([0, 2]), encoded(digestInfo).subarray(2)]),
    ],
    ["no NULL in the algorithm", encoded(withoutNull)],
    ["a bare hash", encoded(digest)],
    ["nothing", Buffer.alloc(256)],
  ])("with %s is bad", async (_, message) => {
    expect(message).toHaveLength(256)
    for (const [, { verify }] of verifiers({ issuer, audience, now, jwks: { keys: [jwk] } })) {
      await expectRefusal(verify(tokenOf(message)), "bad_signature")
    }
  })

  it.each([0x00, 0xff])("longer than the modulus by a byte %i is bad", async (byte) => {
    const signature = sign("sha256", Buffer.from(signed), privateKey)
    for (const [, { verify }] of verifiers({ issuer, audience, now, jwks: { keys: [jwk] } })) {
      for (const longer of [
        Buffer.concat([Buffer.from([byte]), signature]),
        Buffer.concat([signature, Buffer.from([byte])]),
      ]) {
        await expectRefusal(verify(`${signed}.${longer.toString("base64url")}`), "bad_signature")
      }
    }
  })
})

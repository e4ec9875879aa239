import { hkdfSync } from "node:crypto"
import { compactVerify, importJWK } from "jose"
import { describe, expect, it } from "vitest"
import {
  type CryptoPrimitives,
  constantTimeEqual,
  nodeCrypto,
  webCrypto,
} from "../../src/tokens/crypto.ts"
import { toBase64url, toBytes } from "../../src/tokens/encoding.ts"
import { deriveSecrets } from "../../src/tokens/secret.ts"

const node = nodeCrypto()
if (!node) throw new Error("this test needs Node")
const web = webCrypto()
const both: [string, CryptoPrimitives][] = [
  ["node:crypto", node],
  ["WebCrypto", web],
]
/** Every combination of an implementation that creates a value and one that reads it. */
const pairs = both.flatMap(([makes, maker]) =>
  both.map(([reads, reader]) => [`${makes} to ${reads}`, maker, reader] as const),
)

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ""), "hex"))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

describe.each(both)("%s", (_, crypto) => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
  ])("SHA-256 of FIPS 180: %s", async (text, digest) => {
    expect(toHex(await crypto.sha256(toBytes(text)))).toBe(digest)
  })

  it.each([
    [
      "0b".repeat(20),
      toHex(toBytes("Hi There")),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ],
    [
      toHex(toBytes("Jefe")),
      toHex(toBytes("what do ya want for nothing?")),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "aa".repeat(131),
      toHex(toBytes("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ])("HMAC-SHA-256 of RFC 4231: %.16s", async (key, data, mac) => {
    expect(toHex(await crypto.hmacSha256(hex(key), hex(data)))).toBe(mac)
  })

  it("HKDF of RFC 5869, test case 1, by the construction that secrets use", async () => {
    const extracted = await crypto.hmacSha256(
      hex("000102030405060708090a0b0c"),
      hex("0b".repeat(22)),
    )
    expect(toHex(extracted)).toBe(
      "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
    )
    const expanded = await crypto.hmacSha256(extracted, hex("f0f1f2f3f4f5f6f7f8f901"))
    expect(toHex(expanded)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
  })

  describe("AES-256-GCM", () => {
    const key = hex("feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308")
    const iv = hex("cafebabefacedbaddecaf888")
    const plaintext = hex(`
      d9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72
      1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b39`)
    const additional = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    const sealed = hex(`
      522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa
      8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662
      76fc6ece0f4e1768cddf8853bb2d551b`)

    it("of the algorithm's own paper, test case 16", async () => {
      expect(toHex(await crypto.encrypt(key, iv, plaintext, additional))).toBe(toHex(sealed))
      const opened = await crypto.decrypt(key, iv, sealed, additional)
      expect(toHex(opened ?? new Uint8Array())).toBe(toHex(plaintext))
    })

    it("of nothing, test case 13", async () => {
      const zero = new Uint8Array(32)
      const tag = await crypto.encrypt(zero, new Uint8Array(12), new Uint8Array(), new Uint8Array())
      expect(toHex(tag)).toBe("530f8afbc74536b9a963b4f1c4cb738b")
    })

    const flipped = (bytes: Uint8Array, at: number) =>
      bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))

    it.each<[string, () => Parameters<CryptoPrimitives["decrypt"]>]>([
      ["another key", () => [flipped(key, 0), iv, sealed, additional]],
      ["another iv", () => [key, flipped(iv, 0), sealed, additional]],
      ["a changed ciphertext", () => [key, iv, flipped(sealed, 0), additional]],
      ["a changed tag", () => [key, iv, flipped(sealed, sealed.length - 1), additional]],
      ["a shorter tag", () => [key, iv, sealed.subarray(0, -1), additional]],
      ["other additional data", () => [key, iv, sealed, flipped(additional, 0)]],
      ["no additional data", () => [key, iv, sealed, new Uint8Array()]],
      ["only a part of a tag", () => [key, iv, sealed.subarray(0, 15), additional]],
      ["nothing", () => [key, iv, new Uint8Array(), additional]],
    ])("does not open with %s", async (_, parameters) => {
      expect(await crypto.decrypt(...parameters())).toBeUndefined()
    })
  })

  it("signs ES256 as JOSE has it", async () => {
    const jwk = await crypto.generateEs256Key()
    expect(Object.keys(jwk).sort()).toEqual(["crv", "d", "kty", "x", "y"])
    const sign = await crypto.importEs256Key(jwk)
    const signed = `${toBase64url(toBytes('{"alg":"ES256"}'))}.${toBase64url(toBytes("payload"))}`
    const signature = await sign(toBytes(signed))
    expect(signature).toHaveLength(64)
    const { d: _, ...publicKey } = jwk
    const key = await importJWK(publicKey, "ES256")
    const { payload } = await compactVerify(`${signed}.${toBase64url(signature)}`, key)
    expect(new TextDecoder().decode(payload)).toBe("payload")
  })

  it("returns plain byte arrays of exactly the right length", async () => {
    const digest = await crypto.sha256(toBytes("x"))
    expect(digest.byteLength).toBe(32)
    const sealed = await crypto.encrypt(digest, digest.subarray(0, 12), digest, digest)
    expect(sealed.byteLength).toBe(48)
  })
})

describe.each(pairs)("from %s", (_, maker, reader) => {
  it("the other one opens what one seals", async () => {
    const key = await maker.sha256(toBytes("key"))
    const iv = key.subarray(0, 12)
    const sealed = await maker.encrypt(key, iv, toBytes("hello"), toBytes("here"))
    const opened = await reader.decrypt(key, iv, sealed, toBytes("here"))
    expect(toHex(opened ?? new Uint8Array())).toBe(toHex(toBytes("hello")))
  })

  it("the other one signs with a key that one made", async () => {
    const jwk = await maker.generateEs256Key()
    const sign = await reader.importEs256Key(jwk)
    const signed = `${toBase64url(toBytes('{"alg":"ES256"}'))}.${toBase64url(toBytes("x"))}`
    const token = `${signed}.${toBase64url(await sign(toBytes(signed)))}`
    const { d: __, ...publicKey } = jwk
    await compactVerify(token, await importJWK(publicKey, "ES256"))
  })
})

describe("keys derived from a secret", () => {
  it("are those of HKDF-SHA256 (RFC 5869) with a fixed salt", async () => {
    const bytes = new Uint8Array(32).fill(7)
    const [secret] = await deriveSecrets([bytes])
    for (const purpose of ["id", "seal grant:x", ""]) {
      const expected = hkdfSync("sha256", bytes, "doorward 1", purpose, 32)
      expect(toHex((await secret?.derive(purpose)) ?? new Uint8Array())).toBe(
        Buffer.from(expected).toString("hex"),
      )
    }
  })
})

describe("constantTimeEqual", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)
  it.each([
    [bytes(), bytes(), true],
    [bytes(1, 2), bytes(1, 2), true],
    [bytes(1, 2), bytes(1, 3), false],
    [bytes(1, 2), bytes(2, 2), false],
    [bytes(1, 1), bytes(1), false],
    [bytes(1), bytes(1, 1), false],
    [bytes(), bytes(0), false],
    [bytes(0), bytes(), false],
    [bytes(0, 0, 0), bytes(0), false],
  ])("%o and %o: %s", (a, b, same) => {
    expect(constantTimeEqual(a, b)).toBe(same)
  })
})

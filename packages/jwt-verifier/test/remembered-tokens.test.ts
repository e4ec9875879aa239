import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type JwtVerifierOptions, jwtVerifier } from "../src/index.ts"
import type { SignatureCheck } from "../src/jose/signature-check.ts"
import { jwtRules } from "../src/jwt-rules.ts"
import { createJwtVerifier } from "../src/jwt-verifier.ts"
import { RememberedTokens } from "../src/remembered-tokens.ts"
import { expectRefusal } from "./refusal.ts"
import { signatureChecks } from "./signature-checks.ts"
import {
  audience,
  hmacToken,
  issuer,
  type SigningKey,
  seconds,
  signingKey,
  time,
} from "./signing-key.ts"

let key: SigningKey
let now: number
let checked: number

beforeAll(async () => {
  key = await signingKey("ES256", "k")
})

beforeEach(() => {
  now = time
  checked = 0
})

/** A verifier that counts the signatures it checks. */
function counting(options: Partial<JwtVerifierOptions> = {}) {
  const [, check] = signatureChecks[0] as [string, SignatureCheck]
  const rules = jwtRules({
    issuer,
    audience,
    jwks: { keys: [key.jwk] },
    now: () => now,
    ...options,
  })
  return createJwtVerifier(rules, (...parameters) => {
    checked += 1
    return check(...parameters)
  })
}

describe("a verified token", () => {
  it("is remembered: its signature is checked once", async () => {
    const { verify } = counting()
    const token = await key.sign()
    const verified = await verify(token)
    for (let index = 0; index < 10; index += 1) expect(await verify(token)).toBe(verified)
    expect(checked).toBe(1)
  })

  it("is forgotten at its exp: within the leeway it is verified from the start", async () => {
    const { verify } = counting()
    const token = await key.sign({ exp: seconds + 60 })
    await verify(token)
    now += 60_000 - 1
    await verify(token)
    expect(checked).toBe(1)
    now += 1
    await verify(token)
    await verify(token)
    expect(checked).toBe(3)
    now += 5_000
    await expectRefusal(verify(token), "expired")
  })

  it("is not remembered if that is switched off", async () => {
    const { verify } = counting({ rememberBytes: 0 })
    const token = await key.sign()
    await verify(token)
    await verify(token)
    expect(checked).toBe(2)
  })

  it("is recognised by the whole token", async () => {
    const { verify } = counting()
    const token = await key.sign()
    await verify(token)
    const other = await (await signingKey("ES256", "k")).sign()
    const spliced = `${token.slice(0, token.lastIndexOf("."))}${other.slice(other.lastIndexOf("."))}`
    await expectRefusal(verify(spliced), "bad_signature")
    await expectRefusal(verify(`${token}A`), "bad_signature")
  })

  it("cannot be changed by its caller", async () => {
    const { verify } = counting()
    const token = await key.sign({ nested: { list: [{ deep: true }] } })
    const verified = await verify(token)
    const claims = verified.claims as { nested: { list: { deep: boolean }[] } }
    expect(() => (verified.scopes as string[]).push("admin")).toThrow(TypeError)
    expect(() => Object.assign(verified, { subject: "admin" })).toThrow(TypeError)
    expect(() => Object.assign(claims, { sub: "admin" })).toThrow(TypeError)
    expect(() => claims.nested.list.push({ deep: false })).toThrow(TypeError)
    expect(() => Object.assign(claims.nested.list[0] ?? {}, { deep: false })).toThrow(TypeError)
    expect(await verify(token)).toEqual(verified)
  })

  it("may be nested as deeply as its size allows", async () => {
    const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`
    const payload = `{"iss":"${issuer}","aud":"${audience}","sub":"a","exp":${seconds + 9},"deep":${deep}}`
    expect((await counting().verify(await key.signText(payload))).subject).toBe("a")
  })
})

it("a refused token is not remembered", async () => {
  const { verify } = counting({ requireScopes: ["admin"] })
  const token = await key.sign()
  await expectRefusal(verify(token), "insufficient_scope")
  await expectRefusal(verify(token), "insufficient_scope")
  expect(checked).toBe(2)
})

describe("the memory", () => {
  /** A memory for this many values of 1,000 bytes with short tokens. */
  const memoryFor = (values: number) => new RememberedTokens<number>(values * 1_260)

  it("holds the most recently used values, up to its size", () => {
    const memory = memoryFor(10)
    for (let index = 0; index < 10; index += 1) memory.set(`t${index}`, index, 1_000)
    memory.get("t0")
    memory.get("t3")
    memory.set("t10", 10, 1_000)
    memory.set("t11", 11, 1_000)
    const held = Array.from({ length: 12 }, (_, index) => memory.get(`t${index}`))
    expect(held).toEqual([0, undefined, undefined, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    memory.set("large", 12, 12_000)
    expect(memory.get("t11")).toBeUndefined()
    expect(memory.get("large")).toBe(12)
    memory.set("too large", 13, 12_600)
    expect(memory.get("too large")).toBeUndefined()
    expect(memory.get("large")).toBe(12)
  })

  it("counts a token once, however often it is set or deleted", () => {
    const memory = memoryFor(3)
    for (let index = 0; index < 10; index += 1) memory.set("a", index, 1_000)
    memory.set("b", 1, 1_000)
    memory.set("c", 2, 1_000)
    memory.delete("b")
    memory.delete("b")
    memory.delete("absent")
    memory.set("d", 3, 1_000)
    expect(["a", "b", "c", "d"].map((token) => memory.get(token))).toEqual([9, undefined, 2, 3])
    for (const token of ["d", "a", "c"]) memory.delete(token)
    memory.set("e", 4, 3_500)
    expect(memory.get("e")).toBe(4)
  })

  it("holds one of two tokens with the same end, and never confuses them", () => {
    const memory = memoryFor(3)
    const end = "e".repeat(100)
    memory.set(`a${end}`, 1, 900)
    expect(memory.get(`b${end}`)).toBeUndefined()
    expect(memory.get(end)).toBeUndefined()
    memory.delete(`b${end}`)
    expect(memory.get(`a${end}`)).toBe(1)
    memory.set(`b${end}`, 2, 900)
    expect(memory.get(`a${end}`)).toBeUndefined()
    expect(memory.get(`b${end}`)).toBe(2)
    memory.set("c", 3, 1_000)
    memory.set("d", 4, 1_000)
    expect([`b${end}`, "c", "d"].map((token) => memory.get(token))).toEqual([2, 3, 4])
  })

  it("forgets the least recently used tokens", async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, (_, jti) => key.sign({ jti })))
    const { verify } = counting({ rememberBytes: 10_000 })
    for (const token of tokens) await verify(token)
    const before = checked
    await verify(tokens[7] ?? "")
    expect(checked).toBe(before)
    await verify(tokens[0] ?? "")
    expect(checked).toBe(before + 1)
  })
})

describe("the heap", () => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  const secret = "x".repeat(32)

  /** By how many bytes the heap grows while this many tokens are verified. */
  async function growth(count: number, rememberBytes: number, textOf: (token: string) => string) {
    const { verify } = jwtVerifier({ issuer, audience, secret, rememberBytes, now: () => now })
    const numbers = Array.from({ length: count }, (_, number) => number)
    await verify(textOf(hmacToken(secret, 0)))
    collect()
    const before = process.memoryUsage().heapUsed
    for (const number of numbers) await verify(textOf(hmacToken(secret, number)))
    collect()
    const after = process.memoryUsage().heapUsed
    await verify(hmacToken(secret, 0))
    return after - before
  }

  it("grows by no more than the given memory, however many tokens there are", async () => {
    expect(await growth(5_000, 1_000_000, (token) => token)).toBeLessThan(1_500_000)
  })

  it("does not keep the strings that tokens were cut from", async () => {
    const grown = await growth(300, 16_000_000, (token) =>
      `${token}${" ".repeat(100_000)}`.trimEnd(),
    )
    expect(grown).toBeLessThan(3_000_000)
  })
})

it("the clock is asked every time", async () => {
  const { verify } = jwtVerifier({ issuer, audience, jwks: { keys: [key.jwk] } })
  await expectRefusal(verify(await key.sign({ iat: Date.now() / 1000 + 60 })), "not_yet_valid")
  const token = await key.sign({ iat: undefined, exp: Date.now() / 1000 + 60 })
  expect((await verify(token)).subject).toBe("alice")
})

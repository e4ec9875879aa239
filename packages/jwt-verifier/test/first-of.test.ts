import { SignJWT } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { firstOf, introspectionVerifier, jwtVerifier, type TokenVerifier } from "../src/index.ts"
import { expectRefusal } from "./refusal.ts"
import { audience, type SigningKey, signingKey, time } from "./signing-key.ts"

const a = "https://a.example"
const b = "https://b.example"
const now = () => time

let keyA: SigningKey
let keyB: SigningKey
let fetched: string[]

beforeAll(async () => {
  keyA = await signingKey("ES256", "k")
  keyB = await signingKey("ES256", "k")
})

function issuerVerifier(issuer: string, key: SigningKey, requireScopes: string[] = []) {
  return jwtVerifier({
    issuer,
    audience,
    now,
    requireScopes,
    jwksUri: `${issuer}/keys`,
    fetch: (url) => {
      fetched.push(url)
      return Response.json({ keys: [key.jwk] })
    },
  })
}

function introspection(answer: Record<string, unknown>) {
  return introspectionVerifier({
    introspectionEndpoint: "https://c.example/introspect",
    clientId: "id",
    clientSecret: "secret",
    issuer: "https://c.example",
    audience,
    now,
    fetch: (url) => {
      fetched.push(url)
      return Response.json(answer)
    },
  })
}

const both = () => {
  fetched = []
  return firstOf(issuerVerifier(a, keyA), issuerVerifier(b, keyB))
}

it("asks the verifier of the token's issuer, and only its keys", async () => {
  const { verify } = both()
  expect((await verify(await keyB.sign({ iss: b }))).issuer).toBe(b)
  expect(fetched).toEqual([`${b}/keys`])
  expect((await verify(await keyA.sign({ iss: a }))).issuer).toBe(a)
  expect(fetched).toEqual([`${b}/keys`, `${a}/keys`])
})

it("does not try one issuer's token with another's key", async () => {
  await expectRefusal(both().verify(await keyB.sign({ iss: a })), "bad_signature")
  expect(fetched).toEqual([`${a}/keys`])
})

it.each<[string, Record<string, unknown>, string]>([
  ["expired", { exp: 1 }, "expired"],
  ["for another audience", { aud: "x" }, "wrong_audience"],
  ["without a subject", { sub: undefined }, "missing_claim"],
])("ends with the issuer's own refusal of a token that is %s", async (_, claims, code) => {
  const later = introspection({ active: true, sub: "s", aud: audience })
  const { verify } = firstOf(both(), later)
  await expectRefusal(verify(await keyA.sign({ iss: a, ...claims })), code as "expired")
  expect(fetched).toEqual([`${a}/keys`])
})

it("refuses a token of an unknown issuer without fetching anything", async () => {
  await expectRefusal(both().verify(await keyA.sign({ iss: "https://d.example" })), "wrong_issuer")
  expect(fetched).toEqual([])
})

describe("issuers that sign differently", () => {
  const secret = "a secret of at least thirty-two bytes"
  const own = () =>
    jwtVerifier({ issuer: a, audience, now, jwks: { keys: [keyA.jwk] }, algorithms: ["ES256"] })
  const shared = () =>
    jwtVerifier({ issuer: "https://s.example", audience, now, secret, typ: "JWT" })
  const entra = () =>
    jwtVerifier({ issuer: b, audience, now, jwks: { keys: [keyB.jwk] }, typ: "JWT" })

  it("are told apart by iss, in any order and mix", async () => {
    const bytes = new TextEncoder().encode(secret)
    const hs256 = await new SignJWT({ iss: "https://s.example", aud: audience, sub: "s" })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setExpirationTime(time / 1000 + 60)
      .sign(bytes)
    const tokens = [
      [a, await keyA.sign({ iss: a })],
      [b, await keyB.sign({ iss: b }, { typ: "JWT" })],
      ["https://s.example", hs256],
    ] as const
    const verifiers = [own(), shared(), entra()]
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ]) {
      const { verify } = firstOf(...order.map((index) => verifiers[index]!))
      for (const [issuer, token] of tokens) expect((await verify(token)).issuer).toBe(issuer)
    }
  })

  it("each keep to their own algorithms and types", async () => {
    const { verify } = firstOf(shared(), entra(), own())
    await expectRefusal(verify(await keyA.sign({ iss: a }, { typ: "JWT" })), "wrong_type")
    await expectRefusal(verify(await keyB.sign({ iss: b })), "wrong_type")
    const confused = await keyA.sign({ iss: "https://s.example" }, { typ: "JWT" })
    await expectRefusal(verify(confused), "algorithm_not_allowed")
  })
})

it("passes an opaque token on to introspection, and a foreign JWT to no other verifier", async () => {
  const { verify } = firstOf(both(), introspection({ active: true, sub: "s", aud: audience }))
  expect((await verify("opaque")).issuer).toBe("https://c.example")
  expect(fetched).toEqual(["https://c.example/introspect"])
  await expectRefusal(verify(await keyA.sign({ iss: "https://d.example" })), "wrong_issuer")
  expect(fetched).toHaveLength(1)
})

it("returns the most informative of several refusals, in any order", async () => {
  const inactive = () => introspection({ active: false })
  for (const list of [
    [both(), inactive()],
    [inactive(), both()],
  ]) {
    await expectRefusal(firstOf(...list).verify("opaque"), "inactive")
  }
  await expectRefusal(firstOf(inactive(), introspection({ active: false })).verify("o"), "inactive")
})

it("passes on errors that are not refusals", async () => {
  const fault = new Error("a fault")
  const faulty: TokenVerifier = { verify: () => Promise.reject(fault) }
  await expect(firstOf(faulty, both()).verify("opaque")).rejects.toBe(fault)
})

it("needs a verifier", () => {
  expect(() => firstOf()).toThrow(TypeError)
})

import fc from "fast-check"
import { jwtVerify } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { jwtVerifier, TokenError } from "../../src/index.ts"
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

let key: SigningKey
let token: string

beforeAll(async () => {
  key = await signingKey("ES256", "k")
  token = await key.sign()
})

const all = () => verifiers({ issuer, audience, now, jwks: { keys: [key.jwk] } })

/** The codes of the TokenErrors that every verifier must refuse the token with. */
async function codes(bad: string): Promise<string[]> {
  return Promise.all(
    all().map(async ([, { verify }]) => {
      const error = await verify(bad).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(TokenError)
      return (error as TokenError).code
    }),
  )
}

describe("a text that is not a JWT is malformed", () => {
  const b64 = (text: string) => Buffer.from(text).toString("base64url")
  const header = b64(JSON.stringify({ alg: "ES256", kid: "k", typ: "at+jwt" }))
  const payload = b64(JSON.stringify(goodClaims))
  const signature = "A".repeat(86)

  it.each<[string, string]>([
    ["nothing", ""],
    ["an opaque token", "2YotnFZFEjr1zCsicMWpAA"],
    ["dots", ".."],
    ["two parts", `${header}.${payload}`],
    ["four parts", `${header}.${payload}.${signature}.${signature}`],
    ["an empty header", `.${payload}.${signature}`],
    ["an empty payload", `${header}..${signature}`],
    ["an empty signature", `${header}.${payload}.`],
    ["a space before it", ` ${header}.${payload}.${signature}`],
    ["a line break after it", `${header}.${payload}.${signature}\n`],
    ["padding", `${header}.${payload}.${"A".repeat(86)}==`],
    ["base64 that is not base64url", `${header}.${payload}.+/${signature.slice(2)}`],
    ["an impossible length", `${header}.${payload}.${"A".repeat(85)}`],
    ["stray bits at the end", `${header}.${payload}.${"A".repeat(85)}B`],
    ["other stray bits at the end", `${header}.${payload}.AAB`],
    ["a header that is not JSON", `${b64("{")}.${payload}.${signature}`],
    ["a header with something after it", `${b64('{"alg":"ES256"}x')}.${payload}.${signature}`],
    ["a header with a byte order mark", `${b64('\ufeff{"alg":"ES256"}')}.${payload}.${signature}`],
    ["a header that is an array", `${b64('["ES256"]')}.${payload}.${signature}`],
    ["a header that is null", `${b64("null")}.${payload}.${signature}`],
    ["a header without alg", `${b64("{}")}.${payload}.${signature}`],
    ["an alg that is a number", `${b64('{"alg":256}')}.${payload}.${signature}`],
    ["an alg that is a list", `${b64('{"alg":["ES256"]}')}.${payload}.${signature}`],
    ["a kid that is a number", `${b64('{"alg":"ES256","kid":7}')}.${payload}.${signature}`],
    ["a kid that is null", `${b64('{"alg":"ES256","kid":null}')}.${payload}.${signature}`],
    ["a typ that is a list", `${b64('{"alg":"ES256","typ":["at+jwt"]}')}.${payload}.${signature}`],
    ["a payload that is text", `${header}.${b64('"x"')}.${signature}`],
    ["a payload that is an array", `${header}.${b64("[]")}.${signature}`],
    ["a payload that is not JSON", `${header}.${b64("x")}.${signature}`],
    [
      "a header that is not UTF-8",
      `${Buffer.from('{"alg":"ES256","x":"\xff"}', "latin1").toString("base64url")}.${payload}.${signature}`,
    ],
    ["the JSON serialization", JSON.stringify({ protected: header, payload, signature })],
    ["Bearer and a token", `Bearer ${header}.${payload}.${signature}`],
  ])("%s", async (_, bad) => {
    expect(await codes(bad)).toEqual(["malformed", "malformed"])
  })

  it.each([undefined, null, 7, {}, [], Symbol("token")])(
    "%o, which is not a string",
    async (bad) => {
      const { verify } = jwtVerifier({ issuer, audience, now, jwks: { keys: [key.jwk] } })
      await expectRefusal(verify(bad as unknown as string), "malformed")
    },
  )

  it("more than 16 KB, without being parsed", async () => {
    const padding = (length: number) =>
      assemble({ alg: "none" }, { iss: issuer, p: "x".repeat(length) }, "AA")
    expect(padding(12_200).length).toBeLessThan(16_384)
    expect(await codes(padding(12_200))).toEqual(["algorithm_not_allowed", "algorithm_not_allowed"])
    expect(await codes(padding(12_300))).toEqual(["malformed", "malformed"])
    expect(await codes("x".repeat(10_000_000))).toEqual(["malformed", "malformed"])
  })
})

describe("whatever is done to a token", () => {
  it("any text at all ends with a TokenError", () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\w-]*(\.[\w-]*){0,4}$/)),
        async (text) => {
          await codes(text)
        },
      ),
      { numRuns: 200 },
    ))

  it("any header and any payload, unsigned, end with a TokenError", () => {
    const member = fc.jsonValue()
    const header = fc.record(
      {
        alg: fc.oneof(fc.constantFrom("ES256", "none", "HS256"), member),
        typ: fc.oneof(fc.constantFrom("at+jwt", "JWT"), member),
        kid: fc.oneof(fc.constantFrom("k", "__proto__"), member),
        crit: member,
      },
      { requiredKeys: [] },
    )
    const payload = fc.oneof(
      member,
      fc.record(
        {
          iss: fc.oneof(fc.constant(issuer), member),
          aud: member,
          sub: member,
          exp: member,
          scope: member,
        },
        { requiredKeys: [] },
      ),
    )
    return fc.assert(
      fc.asyncProperty(
        header,
        payload,
        fc.uint8Array({ maxLength: 70 }),
        async (h, p, signature) => {
          await codes(assemble(h, p, signature))
        },
      ),
      { numRuns: 200 },
    )
  })

  it("any claims, signed, end with a TokenError or a result of the declared shape", () => {
    const member = fc.jsonValue()
    const claims = fc.record(
      {
        aud: fc.oneof(fc.constant(audience), member),
        sub: fc.oneof(fc.constant("alice"), member),
        exp: fc.oneof(fc.constant(time / 1000 + 60), member),
        nbf: member,
        iat: member,
        scope: member,
        scp: member,
        client_id: member,
        other: member,
        __proto__: member,
      },
      { requiredKeys: [] },
    )
    return fc.assert(
      fc.asyncProperty(claims, async (given) => {
        const signed = await key.sign(given)
        for (const [, { verify }] of all()) {
          const result = await verify(signed).catch((reason: unknown) => reason)
          if (result instanceof TokenError) continue
          expect(result).toMatchObject({
            issuer,
            subject: expect.any(String),
            expiresAt: expect.any(Number),
          })
          expect(
            (result as { scopes: unknown[] }).scopes.every((scope) => typeof scope === "string"),
          ).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it("any change of one character is refused", () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom(..."AQgwZz09-_.= \n"),
        async (at, character) => {
          fc.pre(token[at] !== character)
          await codes(token.slice(0, at) + character + token.slice(at + 1))
        },
      ),
      { numRuns: 300 },
    ))

  it("any piece cut out, doubled or swapped is refused", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(token.length), fc.nat(token.length), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(from < to)
        await codes(token.slice(0, from) + token.slice(to))
        await codes(token.slice(0, to) + token.slice(from))
      }),
      { numRuns: 150 },
    ))
})

it("the verifiers accept exactly what jose accepts", () => {
  const claims = fc.record(
    {
      iss: fc.constantFrom(issuer, "https://other.example", undefined),
      aud: fc.constantFrom(audience, [audience, "b"], "b", undefined),
      exp: fc.constantFrom(time / 1000 + 60, time / 1000 - 60, undefined),
      nbf: fc.constantFrom(time / 1000 + 60, time / 1000 - 60, undefined),
    },
    {},
  )
  const header = fc.record({
    typ: fc.constantFrom("at+jwt", "JWT", undefined),
    kid: fc.constantFrom("k"),
  })
  return fc.assert(
    fc.asyncProperty(claims, header, fc.boolean(), async (c, h, spoil) => {
      let signed = await key.sign({ ...c, iat: undefined }, h)
      if (spoil) signed = signed.slice(0, -2) + (signed.endsWith("A") ? "QQ" : "AA")
      const reference = await jwtVerify(signed, key.publicKey, {
        issuer,
        audience,
        typ: "at+jwt",
        requiredClaims: ["exp"],
        clockTolerance: 5,
        currentDate: new Date(time),
        algorithms: ["ES256"],
      }).then(
        () => true,
        () => false,
      )
      for (const [, { verify }] of all()) {
        const accepted = await verify(signed).then(
          () => true,
          () => false,
        )
        expect(accepted).toBe(reference)
      }
    }),
    { numRuns: 200 },
  )
})

import { beforeAll, describe, expect, it } from "vitest"
import { type JwtVerifierOptions, jwtVerifier } from "../../src/index.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import {
  assemble,
  audience,
  issuer,
  type SigningKey,
  seconds,
  signingKey,
  time,
} from "../signing-key.ts"

let key: SigningKey
let now: number

beforeAll(async () => {
  key = await signingKey("ES256", "k")
  now = time
})

/** Verifies a token with these claims, without remembering it. */
async function verify(claims: Record<string, unknown>, options: Partial<JwtVerifierOptions> = {}) {
  const base = { issuer, audience, jwks: { keys: [key.jwk] }, now: () => now, rememberBytes: 0 }
  return jwtVerifier({ ...base, ...options }).verify(await key.sign(claims))
}

describe("exp (§4.1.4)", () => {
  it("is required", () => expectRefusal(verify({ exp: undefined }), "missing_claim"))

  it("is in the past from its second on, with a leeway of 5 s", async () => {
    await verify({ exp: seconds - 4.999 })
    await expectRefusal(verify({ exp: seconds - 5 }), "expired")
  })

  it("may have more or less leeway", async () => {
    await verify({ exp: seconds - 59 }, { leewaySeconds: 60 })
    await expectRefusal(verify({ exp: seconds - 60 }, { leewaySeconds: 60 }), "expired")
    await verify({ exp: seconds + 0.001 }, { leewaySeconds: 0 })
    await expectRefusal(verify({ exp: seconds }, { leewaySeconds: 0 }), "expired")
  })

  it("is the expiry of the result", async () => {
    expect((await verify({ exp: seconds + 7.5 })).expiresAt).toBe(seconds + 7.5)
  })

  it.each(["2030-01-01", `${seconds + 60}`, null, true, [seconds + 60], {}])(
    "is malformed as %j",
    (exp) => expectRefusal(verify({ exp }), "malformed"),
  )

  it("is malformed if it is too large to be a number", async () => {
    const payload = `{"iss":"${issuer}","aud":"${audience}","sub":"a","exp":1e999}`
    const { verify } = jwtVerifier({ issuer, audience, jwks: { keys: [key.jwk] }, now: () => now })
    const unsigned = assemble(
      { alg: "ES256", kid: "k", typ: "at+jwt" },
      payload,
      new Uint8Array(64),
    )
    await expectRefusal(verify(unsigned), "bad_signature")
    await expectRefusal(verify(await key.signText(payload)), "malformed")
  })
})

describe.each(["nbf", "iat"])("%s (§4.1.5, §4.1.6)", (name) => {
  it("may be absent, past, or now", async () => {
    await verify({ [name]: undefined })
    await verify({ [name]: 0 })
    await verify({ [name]: seconds })
  })

  it("is refused in the future, with a leeway", async () => {
    await verify({ [name]: seconds + 5 })
    await expectRefusal(verify({ [name]: seconds + 5.001 }), "not_yet_valid")
    await expectRefusal(verify({ [name]: seconds + 1 }, { leewaySeconds: 0 }), "not_yet_valid")
  })

  it.each(["0", null, [], true])("is malformed as %j", (value) =>
    expectRefusal(verify({ [name]: value }), "malformed"),
  )
})

describe("iss (§4.1.1)", () => {
  it("is required", () => expectRefusal(verify({ iss: undefined }), "missing_claim"))

  it.each([
    `${issuer}/`,
    issuer.toUpperCase(),
    "",
    "https://other.example",
    `${issuer}.evil.example`,
  ])("is compared character for character: %s", (iss) =>
    expectRefusal(verify({ iss }), "wrong_issuer"),
  )

  it.each([[issuer], null, 7, {}].map((iss) => [iss]))("is malformed as %j", (iss) =>
    expectRefusal(verify({ iss }), "malformed"),
  )

  it("may be one of several", async () => {
    const options = { issuer: ["https://a.example", issuer] }
    expect((await verify({}, options)).issuer).toBe(issuer)
    expect((await verify({ iss: "https://a.example" }, options)).issuer).toBe("https://a.example")
    await expectRefusal(verify({ iss: "https://b.example" }, options), "wrong_issuer")
  })

  it("may be the result of a function of the claims", async () => {
    const options = {
      issuer: ({ tid }: Readonly<Record<string, unknown>>) =>
        tid === "t1" ? `https://${tid}.example` : undefined,
    }
    await verify({ tid: "t1", iss: "https://t1.example" }, options)
    await expectRefusal(verify({ tid: "t1", iss: issuer }, options), "wrong_issuer")
    await expectRefusal(verify({ tid: "t2", iss: "https://t2.example" }, options), "wrong_issuer")
    await expectRefusal(verify({ tid: "t1", iss: undefined }, options), "missing_claim")
    await expectRefusal(verify({ iss: undefined }, options), "missing_claim")
  })

  it("is refused if the function throws, with its error as the cause", async () => {
    const options = {
      issuer: ({ tid }: Readonly<Record<string, unknown>>) => (tid as string).toLowerCase(),
    }
    const error = await refusal(verify({ tid: 7 }, options))
    expect(error.code).toBe("wrong_issuer")
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  it("is checked by the function again when the token is seen again", async () => {
    let tenants = ["t1"]
    const { verify } = jwtVerifier({
      issuer: ({ tid }) => (tenants.includes(String(tid)) ? issuer : undefined),
      audience,
      jwks: { keys: [key.jwk] },
      now: () => now,
    })
    const token = await key.sign({ tid: "t1" })
    const verified = await verify(token)
    expect(await verify(token)).toBe(verified)
    tenants = []
    await expectRefusal(verify(token), "wrong_issuer")
  })
})

describe("aud (§4.1.3)", () => {
  it("is required", () => expectRefusal(verify({ aud: undefined }), "missing_claim"))

  it("may be accepted alone or among others", async () => {
    await verify({ aud: [audience] })
    await verify({ aud: ["https://other.example", audience] })
    await verify({ aud: "api://2" }, { audience: ["api://1", "api://2"] })
    await verify({ aud: ["api://3", "api://1"] }, { audience: ["api://1", "api://2"] })
  })

  it.each<string | string[]>(
    ["https://mcp.example", "https://mcp.example/mcp/", "", [], ["https://other.example", ""]].map(
      (aud) => aud,
    ),
  )("is refused as %j", (aud) => expectRefusal(verify({ aud }), "wrong_audience"))

  it.each([null, 7, {}, [7, audience], [[audience]]].map((aud) => [aud]))(
    "is malformed as %j",
    (aud) => expectRefusal(verify({ aud }), "malformed"),
  )
})

describe("sub (§4.1.2)", () => {
  it.each([undefined, ""])("is required: %s", (sub) =>
    expectRefusal(verify({ sub }), "missing_claim"),
  )

  it.each([7, null, ["alice"]].map((sub) => [sub]))("is malformed as %j", (sub) =>
    expectRefusal(verify({ sub }), "malformed"),
  )
})

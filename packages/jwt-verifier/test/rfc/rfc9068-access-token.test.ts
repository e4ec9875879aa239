import { beforeAll, describe, expect, it } from "vitest"
import { type JwtVerifierOptions, jwtVerifier } from "../../src/index.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { audience, goodClaims, issuer, type SigningKey, signingKey, time } from "../signing-key.ts"

let key: SigningKey

beforeAll(async () => {
  key = await signingKey("ES256", "k")
})

async function verify(
  {
    claims = {},
    header = {},
  }: { claims?: Record<string, unknown>; header?: Record<string, unknown> },
  options: Partial<JwtVerifierOptions> = {},
) {
  const base = { issuer, audience, jwks: { keys: [key.jwk] }, now: () => time }
  return jwtVerifier({ ...base, ...options }).verify(await key.sign(claims, header))
}

it("gives claims, issuer, subject, client, scopes and expiry", async () => {
  expect(await verify({})).toEqual({
    claims: goodClaims,
    issuer,
    subject: "alice",
    clientId: "client-1",
    scopes: ["mcp:read", "mcp:write"],
    expiresAt: goodClaims.exp,
  })
})

describe("typ (§4)", () => {
  it.each(["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT"])("may be %s", (typ) =>
    expect(verify({ header: { typ } })).resolves.toBeDefined(),
  )

  it.each(["JWT", "jwt", "at", "at+jwt ", "application/x/at+jwt", "dpop+jwt", "secevent+jwt", ""])(
    "may not be %j",
    (typ) => expectRefusal(verify({ header: { typ } }), "wrong_type"),
  )

  it("is required, unless allowMissingTyp is set", async () => {
    await expectRefusal(verify({ header: { typ: undefined } }), "wrong_type")
    await verify({ header: { typ: undefined } }, { allowMissingTyp: true })
    await expectRefusal(verify({ header: { typ: "JWT" } }, { allowMissingTyp: true }), "wrong_type")
  })

  it("may be another one, or one of several", async () => {
    await verify({ header: { typ: "JWT" } }, { typ: "JWT" })
    await expectRefusal(verify({ header: { typ: "at+jwt" } }, { typ: "JWT" }), "wrong_type")
    const options = { typ: ["at+jwt", "application/jwt"] }
    await verify({ header: { typ: "JWT" } }, options)
    await verify({ header: { typ: "at+jwt" } }, options)
  })
})

describe("the client", () => {
  it("is client_id, or else azp, or else appid, or else unknown", async () => {
    const claims = { client_id: "a", azp: "b", appid: "c" }
    expect((await verify({ claims })).clientId).toBe("a")
    expect((await verify({ claims: { ...claims, client_id: undefined } })).clientId).toBe("b")
    expect((await verify({ claims: { client_id: undefined, appid: "c" } })).clientId).toBe("c")
    expect(await verify({ claims: { client_id: undefined } })).not.toHaveProperty("clientId")
  })

  it("is malformed if it is not a string", () =>
    expectRefusal(verify({ claims: { client_id: 7 } }), "malformed"))
})

describe("the scopes (RFC 8693 §4.2)", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ["scope as text", { scope: "a b" }, ["a", "b"]],
    ["scope with more spaces", { scope: " a  b " }, ["a", "b"]],
    ["scope as a list", { scope: ["a", "b"] }, ["a", "b"]],
    ["scp as text", { scope: undefined, scp: "a b" }, ["a", "b"]],
    ["scp as a list", { scope: undefined, scp: ["a", "b"] }, ["a", "b"]],
    ["scope before scp", { scope: "a", scp: "b" }, ["a"]],
    ["no scope", { scope: "" }, []],
    ["neither", { scope: undefined }, []],
  ])("are read from %s", async (_, claims, scopes) => {
    expect((await verify({ claims })).scopes).toEqual(scopes)
  })

  it.each([7, null, {}, [["a"]], ["a", 7]].map((scope) => [scope]))(
    "are malformed as %j",
    (scope) => expectRefusal(verify({ claims: { scope } }), "malformed"),
  )

  it("must include all that are required, or the token is refused with 403", async () => {
    const options = { requireScopes: ["a", "b"] }
    await verify({ claims: { scope: "c b a" } }, options)
    for (const scope of ["a", "b", "", "ab", "a B", undefined]) {
      const error = await refusal(verify({ claims: { scope } }, options))
      expect(error).toMatchObject({ code: "insufficient_scope", status: 403 })
    }
  })

  it("are checked last: a token that is refused for another reason is 401", async () => {
    const options = { requireScopes: ["admin"] }
    await expectRefusal(verify({ claims: { aud: "x" } }, options), "wrong_audience")
    await expectRefusal(verify({ claims: { exp: 0 } }, options), "expired")
  })
})

it("says what each refusal means over HTTP (RFC 6750 §3.1)", async () => {
  expect((await refusal(verify({ claims: { exp: 0 } }))).status).toBe(401)
  expect((await refusal(verify({}, { requireScopes: ["x"] }))).status).toBe(403)
  expect(
    (await refusal(verify({}, { key: () => Promise.reject(), jwks: undefined } as never))).status,
  ).toBe(503)
})

import type { IncomingMessage, ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type IntrospectionVerifierOptions, introspectionVerifier } from "../../src/index.ts"
import { JsonServer } from "../json-server.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { audience, goodClaims, issuer, seconds, signingKey, time } from "../signing-key.ts"

const good = { active: true, ...goodClaims, token_type: "Bearer" }

let server: JsonServer
let now: number
let asked: {
  authorization: string | undefined
  type: string | undefined
  fields: [string, string][]
}[]
let answer: unknown

beforeEach(async () => {
  now = time
  asked = []
  answer = good
  server = await JsonServer.start()
  server.answers.set("/introspect", async (request: IncomingMessage, response: ServerResponse) => {
    asked.push({
      authorization: request.headers.authorization,
      type: request.headers["content-type"],
      fields: [...new URLSearchParams(await text(request))],
    })
    response.end(JSON.stringify(answer))
  })
})

afterEach(() => server.stop())

function verifier(options: Partial<IntrospectionVerifierOptions> = {}) {
  return introspectionVerifier({
    introspectionEndpoint: `${server.url}/introspect`,
    clientId: "rs:1",
    clientSecret: "s3cr€t +",
    issuer,
    audience,
    now: () => now,
    ...options,
  })
}

describe("the request (§2.1)", () => {
  it("is a form with the token, from an authenticated client", async () => {
    await verifier().verify("opaque-1")
    const credentials = Buffer.from("rs%3A1:s3cr%E2%82%ACt+%2B").toString("base64")
    expect(asked).toEqual([
      {
        authorization: `Basic ${credentials}`,
        type: expect.stringMatching(/^application\/x-www-form-urlencoded/),
        fields: [
          ["token", "opaque-1"],
          ["token_type_hint", "access_token"],
        ],
      },
    ])
  })

  it("may carry the credentials in the form", async () => {
    await verifier({ clientAuthentication: "client_secret_post" }).verify("opaque-1")
    expect(asked[0]?.authorization).toBeUndefined()
    expect(asked[0]?.fields.slice(2)).toEqual([
      ["client_id", "rs:1"],
      ["client_secret", "s3cr€t +"],
    ])
  })

  it.each(["", "a b", "a\nb", "tök", "a=b", "x".repeat(16_385)])(
    "is not made for something that is not a bearer token",
    async (token) => {
      await expectRefusal(verifier().verify(token), "malformed")
      expect(asked).toHaveLength(0)
    },
  )

  it("is not made for a JWT of another issuer, but for one of this issuer", async () => {
    const key = await signingKey("ES256", "k")
    await expectRefusal(
      verifier().verify(await key.sign({ iss: "https://a.example" })),
      "wrong_issuer",
    )
    expect(asked).toHaveLength(0)
    await verifier().verify(await key.sign())
    await verifier().verify(await key.sign({ iss: undefined }))
    expect(asked).toHaveLength(2)
  })
})

describe("the answer (§2.2)", () => {
  it("gives the verified token", async () => {
    expect(await verifier().verify("opaque-1")).toEqual({
      claims: good,
      issuer,
      subject: "alice",
      clientId: "client-1",
      scopes: ["mcp:read", "mcp:write"],
      expiresAt: seconds + 3600,
    })
  })

  it.each<[string, unknown, string]>([
    ["not active", { active: false }, "inactive"],
    ["active, but not true", { ...good, active: "true" }, "inactive"],
    ["without active", { ...good, active: undefined }, "inactive"],
    ["of another issuer", { ...good, iss: "https://a.example" }, "wrong_issuer"],
    ["for another audience", { ...good, aud: "x" }, "wrong_audience"],
    ["without an audience", { ...good, aud: undefined }, "missing_claim"],
    ["without a subject", { ...good, sub: undefined }, "missing_claim"],
    ["expired, though active", { ...good, exp: seconds - 5 }, "expired"],
    ["not valid yet", { ...good, nbf: seconds + 6 }, "not_yet_valid"],
    ["about a refresh token", { ...good, token_type: "refresh_token" }, "wrong_type"],
    ["with a type that is not a string", { ...good, token_type: 7 }, "wrong_type"],
    ["with an expiry that is not a number", { ...good, exp: "never" }, "malformed"],
  ])("that is %s refuses the token", async (_, given, code) => {
    answer = given
    await expectRefusal(verifier().verify("opaque-1"), code as "inactive")
  })

  it("may lack what the standard makes optional", async () => {
    answer = { active: true, sub: "alice", aud: [audience] }
    const { verify } = verifier({ rememberSeconds: 30 })
    expect(await verify("opaque-1")).toMatchObject({ issuer, scopes: [], expiresAt: seconds + 30 })
  })

  it("must grant the required scopes", async () => {
    const { verify } = verifier({ requireScopes: ["mcp:read", "admin"] })
    expect(await refusal(verify("opaque-1"))).toMatchObject({
      code: "insufficient_scope",
      status: 403,
    })
    await verifier({ requireScopes: ["mcp:read"] }).verify("opaque-1")
  })
})

describe("what is remembered", () => {
  it("is a good answer, for a minute", async () => {
    const { verify } = verifier()
    const first = await verify("opaque-1")
    now += 60_000 - 1
    expect(await verify("opaque-1")).toBe(first)
    expect(asked).toHaveLength(1)
    now += 1
    answer = { active: false }
    await expectRefusal(verify("opaque-1"), "inactive")
    expect(asked).toHaveLength(2)
  })

  it("is a good answer, at most until the token expires, and no longer than configured", async () => {
    answer = { ...good, exp: seconds + 10 }
    const { verify } = verifier()
    await verify("opaque-1")
    now += 10_000
    await verify("opaque-1")
    expect(asked).toHaveLength(2)
    const brief = verifier({ rememberSeconds: 0 })
    await brief.verify("opaque-2")
    await brief.verify("opaque-2")
    expect(asked).toHaveLength(4)
  })

  it("is a refusal, for five seconds or as long as configured", async () => {
    answer = { active: false }
    const { verify } = verifier()
    for (let index = 0; index < 20; index += 1) await expectRefusal(verify("opaque-1"), "inactive")
    expect(asked).toHaveLength(1)
    answer = good
    now += 5_000
    await verify("opaque-1")
    answer = { active: false }
    const other = verifier({ rememberRefusalSeconds: 0 })
    await expectRefusal(other.verify("opaque-2"), "inactive")
    answer = good
    await other.verify("opaque-2")
  })

  it("is not remembered for longer because the clock was set back", async () => {
    const { verify } = verifier()
    answer = { ...good, iat: 0 }
    await verify("opaque-1")
    now -= 3_600_000
    await verify("opaque-1")
    expect(asked).toHaveLength(2)
  })

  it("takes no more memory than configured, and refusals do not displace good answers", async () => {
    const { verify } = verifier({ rememberBytes: 50_000 })
    await verify("good")
    answer = { active: false }
    for (let index = 0; index < 200; index += 1)
      await expectRefusal(verify(`bad-${index}`), "inactive")
    await verify("good")
    expect(asked).toHaveLength(201)
    await expectRefusal(verify("bad-0"), "inactive")
    expect(asked).toHaveLength(202)
  })

  it("is one request for all simultaneous callers with the same token", async () => {
    const { verify } = verifier()
    await Promise.all(Array.from({ length: 20 }, () => verify("opaque-1")))
    await Promise.all(Array.from({ length: 20 }, () => verify("opaque-2")))
    expect(asked).toHaveLength(2)
    server.fail("/introspect")
    const refusals = await Promise.all(
      Array.from({ length: 20 }, () => refusal(verify("opaque-3"))),
    )
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(["unavailable"]))
    expect(server.requests).toHaveLength(3)
  })
})

describe("an endpoint that does not answer properly", () => {
  it.each([302, 400, 401, 429, 500])("with status %i is unavailable", async (status) => {
    server.fail("/introspect", status)
    expect(await refusal(verifier().verify("opaque-1"))).toMatchObject({
      code: "unavailable",
      status: 503,
    })
  })

  it("is asked again at once, because a failure is not remembered", async () => {
    server.fail("/introspect")
    const { verify } = verifier()
    await expectRefusal(verify("opaque-1"), "unavailable")
    await expectRefusal(verify("opaque-1"), "unavailable")
    expect(server.requests).toHaveLength(2)
  })

  it("is never redirected elsewhere, with the credentials", async () => {
    server.answers.set("/introspect", (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(307, { location: "/other" }).end(),
    )
    await expectRefusal(verifier().verify("opaque-1"), "unavailable")
    expect(server.requests).toEqual(["/introspect"])
  })

  it.each([
    ["text", "x"],
    ["a list", []],
    ["more than 64 KB", { ...good, x: "x".repeat(66_000) }],
  ])("with %s is unavailable", async (_, given) => {
    answer = given
    await expectRefusal(verifier().verify("opaque-1"), "unavailable")
  })
})

it("must be https, or on this machine", () => {
  expect(() => verifier({ introspectionEndpoint: "http://issuer.example/introspect" })).toThrow(
    /^introspectionVerifier: introspectionEndpoint must be https/,
  )
  expect(() => verifier({ audience: [] })).toThrow(TypeError)
})

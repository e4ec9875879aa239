import { describe, expect, it } from "vitest"
import { challengeOf, createFixture, redirectUri, verifier } from "../support/fixture.ts"

const operatorsClient = { clientId: "own", redirectUris: [redirectUri] }

/** The error that a client gets. It is a configured client, which gets errors without a page. */
async function refusal(more: Record<string, string | undefined>) {
  const server = createFixture({ clients: [operatorsClient] })
  const response = await server.request(server.authorizationUrl("own", more))
  expect(response.status).toBe(302)
  const answer = new URL(response.headers.get("location") ?? "").searchParams
  return { error: answer.get("error"), reasons: server.reasons() }
}

describe("the authorization request (§4.3)", () => {
  it("must have a challenge: PKCE is mandatory (OAuth 2.1 §4.1.1)", async () => {
    const { error, reasons } = await refusal({
      code_challenge: undefined,
      code_challenge_method: undefined,
    })
    expect([error, reasons]).toEqual(["invalid_request", ["pkce_missing"]])
  })

  it.each(["plain", "S512", "s256", "none", undefined, ""])(
    "must name S256, because an absent method means plain (§4.3): %s",
    async (method) => {
      const { error, reasons } = await refusal({ code_challenge_method: method })
      expect([error, reasons]).toEqual(["invalid_request", ["pkce_method_unsupported"]])
    },
  )

  it.each([
    ["too short", "x".repeat(42)],
    ["too long", "x".repeat(44)],
    ["in base64", `${"x".repeat(42)}+`],
    ["padded", `${"x".repeat(42)}=`],
    ["in hexadecimal", "0".repeat(64)],
  ])("must have a base64url digest: %s", async (_, challenge) => {
    const { error, reasons } = await refusal({ code_challenge: challenge })
    expect([error, reasons]).toEqual(["invalid_request", ["malformed_request"]])
  })
})

describe("the token request (§4.5)", () => {
  async function withCode(text = verifier) {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const more = { code_challenge: challengeOf(text) }
    const code = (await server.authorize(clientId, more)).get("code") ?? ""
    return { server, clientId, code }
  }

  it.each([verifier, "x".repeat(128), `${"~._-".repeat(10)}abc`])(
    "accepts the right verifier: %s",
    async (text) => {
      const { server, clientId, code } = await withCode(text)
      expect((await server.redeem(clientId, code, { code_verifier: text })).status).toBe(200)
    },
  )

  it("accepts the verifier of the RFC (appendix B)", async () => {
    const text = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    expect(challengeOf(text)).toBe("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    const { server, clientId, code } = await withCode(text)
    expect((await server.redeem(clientId, code, { code_verifier: text })).status).toBe(200)
  })

  it.each([
    ["another verifier", "w".repeat(43), "invalid_grant", "pkce_mismatch"],
    ["the challenge itself", challengeOf(verifier), "invalid_grant", "pkce_mismatch"],
    ["a longer one", `${verifier}v`, "invalid_grant", "pkce_mismatch"],
    ["one that is too short", "v".repeat(42), "invalid_request", "malformed_request"],
    ["one that is too long", "v".repeat(129), "invalid_request", "malformed_request"],
    ["one with other characters", `${"v".repeat(42)}+`, "invalid_request", "malformed_request"],
    ["none", "", "invalid_request", "missing_parameter"],
  ])("refuses %s, and the code is not used up", async (_, text, error, reason) => {
    const { server, clientId, code } = await withCode()
    const { status, body } = await server.redeem(clientId, code, { code_verifier: text })
    expect([status, body.error, server.reasons()]).toEqual([400, error, [reason]])
    expect((await server.redeem(clientId, code)).status).toBe(200)
  })

  it("refuses the verifier of another sign-in", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const other = "o".repeat(43)
    const mine = (await server.authorize(clientId)).get("code") ?? ""
    await server.authorize(clientId, { code_challenge: challengeOf(other) })
    const { body } = await server.redeem(clientId, mine, { code_verifier: other })
    expect(body.error).toBe("invalid_grant")
  })
})

it("the upstream request has our own verifier, never the client's", async () => {
  const server = createFixture()
  await server.authorize(await server.registerPublic())
  const [upstream] = server.upstream.authorizations
  expect(upstream?.codeVerifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(upstream?.codeVerifier).not.toBe(verifier)
})

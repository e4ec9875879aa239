import { introspectionVerifier, TokenError, type TokenVerifier } from "@doorward/jwt-verifier"
import type { UpstreamAuthorization } from "@doorward/oauth-core"
import { describe, expect, it } from "vitest"
import { type OAuthProviderOptions, oauthProvider } from "../src/index.ts"
import { apiUpstream, confidential, redirectUri } from "./openid-upstream.ts"

const request: UpstreamAuthorization = {
  state: "s".repeat(43),
  nonce: "n".repeat(43),
  codeVerifier: "v".repeat(43),
  redirectUri,
  scopes: ["repo"],
  hints: {},
}
const callback = new URLSearchParams({ state: request.state, code: "a code" })
const now = Date.UTC(2031, 4, 1)

/** A provider whose upstream gives the test's answer, with the test's claims in the access token. */
function providerWith(
  answer: Record<string, unknown>,
  options: Partial<OAuthProviderOptions> = {},
  claims: Record<string, unknown> = {},
) {
  const tokenVerifier: TokenVerifier = {
    async verify(token) {
      if (token !== "a token") throw new TokenError("malformed", "The token is malformed")
      return {
        claims,
        issuer: "https://git.example",
        subject: "4711",
        scopes: typeof claims.scope === "string" ? claims.scope.split(" ") : [],
        expiresAt: now / 1000 + 7200,
      }
    },
  }
  return oauthProvider({
    authorizationEndpoint: "https://git.example/login/oauth/authorize?audience=api",
    tokenEndpoint: "https://git.example/login/oauth/access_token",
    clientId: "client",
    clientSecret: "secret",
    scopes: ["repo", "user"],
    tokenVerifier,
    now: () => now,
    fetch: () => Response.json({ token_type: "bearer", access_token: "a token", ...answer }),
    ...options,
  })
}

describe("oauthProvider", () => {
  it("keeps the query of the authorization endpoint", async () => {
    const url = await providerWith({}).authorizationUrl(request)
    expect(url.href).toMatch(/^https:\/\/git\.example\/login\/oauth\/authorize\?audience=api&/)
    expect(url.searchParams.has("nonce")).toBe(false)
  })

  it("reads the person from the verified access token", async () => {
    const claims = { name: "Alice", preferred_username: "alice", roles: ["admin", 7], groups: "x" }
    const { identity } = await providerWith({}, {}, claims).redeem(callback, request)
    expect(identity).toEqual({
      issuer: "https://git.example",
      subject: "4711",
      name: "Alice",
      username: "alice",
      roles: ["admin"],
      claims,
    })
  })

  it("ignores an id_token that it did not ask for", async () => {
    const { identity } = await providerWith({ id_token: "not even a JWT" }).redeem(
      callback,
      request,
    )
    expect(identity.subject).toBe("4711")
  })

  it.each([
    ["the answer's", "repo user", {}, ["repo"]],
    ["the token's, if the answer has none", undefined, { scope: "repo" }, ["repo"]],
    ["nothing that was not granted", "user", {}, []],
    ["what was asked for, if neither says", undefined, {}, ["repo"]],
  ])("grants %s scopes", async (_, scope, claims, granted) => {
    const answer = scope === undefined ? {} : { scope }
    const { scopes } = await providerWith(answer, {}, claims).redeem(callback, request)
    expect(scopes).toEqual(granted)
  })

  it("uses the token's own expiry", async () => {
    const { tokens } = await providerWith({ expires_in: 60 }).redeem(callback, request)
    expect(tokens.expiresAt).toBe(now + 7_200_000)
  })

  it("reports an outage if the token can't be verified at the moment", async () => {
    const tokenVerifier: TokenVerifier = {
      verify: () => Promise.reject(new TokenError("unavailable", "Not now")),
    }
    const attempt = providerWith({}, { tokenVerifier }).redeem(callback, request)
    await expect(attempt).rejects.toMatchObject({ failure: "unavailable" })
  })

  it("ignores an iss in the callback, having nothing to compare it with", async () => {
    const answer = new URLSearchParams([...callback, ["iss", "https://git.example/login"]])
    await expect(providerWith({}).redeem(answer, request)).resolves.toBeDefined()
  })

  it("works with opaque tokens by introspection", async () => {
    await using upstream = await apiUpstream("opaque")
    const provider = oauthProvider({
      authorizationEndpoint: `${upstream.issuer}/auth`,
      tokenEndpoint: `${upstream.issuer}/token`,
      ...confidential,
      scopes: ["tools.read"],
      tokenVerifier: introspectionVerifier({
        introspectionEndpoint: `${upstream.issuer}/token/introspection`,
        ...confidential,
        issuer: upstream.issuer,
        audience: upstream.audience,
      }),
    })
    const asked = { ...request, scopes: ["tools.read"] }
    const back = await upstream.signIn(await provider.authorizationUrl(asked), "alice")
    const { identity } = await provider.redeem(back.searchParams, asked)
    expect(identity).toMatchObject({ issuer: upstream.issuer, subject: "alice" })
  })
})

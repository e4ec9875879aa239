import { describe, expect, it } from "vitest"
import { IdentityProviderError } from "../../src/index.ts"
import { baseUrl, createFixture, redirectUri } from "../support/fixture.ts"

const clients = [{ clientId: "own", redirectUris: [redirectUri] }]

describe("iss is in every authorization response (§2)", () => {
  it("with a code", async () => {
    const server = createFixture()
    const answer = await server.authorize(await server.registerPublic())
    expect([...answer.keys()]).toEqual(["code", "state", "iss"])
    expect(answer.get("iss")).toBe(baseUrl)
  })

  it("with an error that is redirected immediately", async () => {
    const server = createFixture({ clients })
    const response = await server.request(server.authorizationUrl("own", { scope: "admin" }))
    expect(response.status).toBe(302)
    const location = new URL(response.headers.get("location") ?? "")
    expect(`${location.origin}${location.pathname}`).toBe(redirectUri)
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: "invalid_scope",
      error_description: "The scope admin is not known here. Supported: read write.",
      state: "client-state",
      iss: baseUrl,
    })
  })

  it("with an error that a person takes back by following a link", async () => {
    const server = createFixture()
    const url = server.authorizationUrl(await server.registerPublic(), { scope: "admin" })
    const page = await server.browser().open(url)
    expect(page.status).toBe(400)
    const link = page.links.find(({ href }) => href.startsWith(redirectUri))
    const answer = new URL(link?.href ?? "").searchParams
    expect([answer.get("error"), answer.get("iss")]).toEqual(["invalid_scope", baseUrl])
  })

  it("when the person denies", async () => {
    const server = createFixture()
    const consent = await server
      .browser()
      .open(server.authorizationUrl(await server.registerPublic()))
    const back = await consent.submit("deny")
    expect(Object.fromEntries(back.url.searchParams)).toMatchObject({
      error: "access_denied",
      state: "client-state",
      iss: baseUrl,
    })
    expect(back.hops.at(-1)?.status).toBe(303)
  })

  it.each([
    ["denied", "access_denied"],
    ["sign_in_required", "login_required"],
    ["interaction_required", "interaction_required"],
    ["operator", "server_error"],
    ["unavailable", "temporarily_unavailable"],
  ] as const)("when the provider fails (%s)", async (failure, error) => {
    const server = createFixture()
    server.upstream.onRedeem = () => {
      throw new IdentityProviderError(failure, "reason", "It failed.")
    }
    const answer = await server.authorize(await server.registerPublic())
    expect(Object.fromEntries(answer)).toEqual({
      error,
      error_description: "It failed.",
      state: "client-state",
      iss: baseUrl,
    })
  })

  it("an issuer with a path is sent exactly as in the metadata", async () => {
    const issuer = "https://mcp.example.com/team/a"
    const server = createFixture({ baseUrl: `${issuer}/` })
    // The fixture's paths are those of an issuer without a path.
    const register = await server.request("/team/a/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }),
    })
    const { client_id: clientId } = (await register.json()) as Record<string, string>
    const url = new URL(server.authorizationUrl(String(clientId)))
    url.pathname = "/team/a/authorize"
    const browser = server.browser()
    const upstream = await (await browser.open(url)).submit("approve")
    expect(upstream.url.searchParams.get("redirect_uri")).toBe(`${issuer}/auth/callback`)
    const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    expect(back.url.searchParams.get("iss")).toBe(issuer)
  })
})

describe("the client's own redirect URI", () => {
  it.each([
    [
      "https://client.example.com/callback?tenant=a",
      "https://client.example.com/callback?tenant=a&",
    ],
    ["https://client.example.com/callback?", "https://client.example.com/callback?"],
    ["https://client.example.com/%63allback", "https://client.example.com/%63allback?"],
  ])("%s keeps every character", async (uri, start) => {
    const server = createFixture({ clients: [{ clientId: "own", redirectUris: [uri] }] })
    const url = server.authorizationUrl("own", { redirect_uri: uri, scope: "admin" })
    const response = await server.request(url)
    expect(response.headers.get("location")).toMatch(
      new RegExp(`^${start.replaceAll(/[?.]/g, "\\$&")}error=invalid_scope&`),
    )
  })

  it("gets exactly the state that it sent, or none", async () => {
    const server = createFixture({ clients })
    const answerTo = async (state: string | undefined) => {
      const response = await server.request(server.authorizationUrl("own", { state, scope: "x" }))
      return new URL(response.headers.get("location") ?? "").searchParams
    }
    expect((await answerTo(undefined)).has("state")).toBe(false)
    expect((await answerTo("")).has("state")).toBe(false)
    const odd = 'a b&c=d+%20#"<é\u{1F600}\n'
    expect((await answerTo(odd)).get("state")).toBe(odd)
  })
})

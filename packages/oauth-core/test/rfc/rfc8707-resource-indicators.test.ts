import { decodeJwt } from "jose"
import { describe, expect, it } from "vitest"
import { createFixture, redirectUri, verifier } from "../support/fixture.ts"

const one = "https://mcp.example.com/mcp"
const notes = "https://notes.example.com/mcp"
const root = "https://root.example.com"
const clients = [{ clientId: "own", redirectUris: [redirectUri] }]

const single = () => createFixture({ clients })
const several = () =>
  createFixture({
    clients,
    resources: [
      { resource: one, scopes: ["read"] },
      { resource: notes, scopes: ["read", "write"] },
      { resource: root },
    ],
  })

type Fixture = ReturnType<typeof createFixture>

/**
 * Sends an authorization request with these `resource` parameters, and returns the token's audience or
 * the error.
 */
async function audience(server: Fixture, ...resources: string[]): Promise<unknown> {
  const url = new URL(server.authorizationUrl("own"))
  for (const resource of resources) url.searchParams.append("resource", resource)
  const browser = server.browser()
  const consent = await browser.open(url)
  if (consent.stopped) return consent.url.searchParams.get("error")
  const upstream = await consent.submit("approve")
  const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  const { body } = await server.redeem("own", back.url.searchParams.get("code") ?? "")
  return decodeJwt(body.access_token).aud
}

describe("at the authorization endpoint (§2.1)", () => {
  it("if absent, the only server is meant", async () => {
    expect(await audience(single())).toBe(one)
  })

  it("if absent, it is an error if there are several servers", async () => {
    expect(await audience(several())).toBe("invalid_target")
  })

  it.each([one, notes, root])("%s becomes the audience", async (resource) => {
    expect(await audience(several(), resource)).toBe(resource)
  })

  it("may be repeated if it means the same server", async () => {
    expect(await audience(several(), notes, notes)).toBe(notes)
  })

  it("must not name two servers", async () => {
    const server = several()
    expect(await audience(server, one, notes)).toBe("invalid_target")
    expect(server.reasons()).toEqual(["resource_ambiguous"])
  })

  it.each([
    ["https://MCP.example.com/mcp", one],
    ["https://mcp.example.com:443/mcp", one],
    ["https://root.example.com/", root],
  ])(
    "is compared as a URL, and the audience is the configured spelling: %s",
    async (asked, stamped) => {
      expect(await audience(several(), asked)).toBe(stamped)
    },
  )

  it.each([
    "https://evil.example/mcp",
    "https://mcp.example.com/mcp/",
    "https://mcp.example.com/mcp/other",
    "https://mcp.example.com/",
    "https://mcp.example.com/mcp?x",
    "https://mcp.example.com/mcp#x",
    "https://mcp.example.com/mcp#",
    "http://mcp.example.com/mcp",
    "https://mcp.example.com@evil.example/mcp",
    "/mcp",
    "mcp",
    "urn:mcp",
  ])("of another server is invalid_target: %s", async (resource) => {
    const server = several()
    expect(await audience(server, resource)).toBe("invalid_target")
    expect(server.reasons()).toEqual(["resource_unknown"])
  })

  it("is never sent upstream", async () => {
    const server = several()
    await audience(server, notes)
    expect(JSON.stringify(server.upstream.authorizations)).not.toContain("notes.example.com")
  })

  it("decides which scopes are available", async () => {
    const server = several()
    const asked = async (resource: string) => {
      const response = await server.request(
        server.authorizationUrl("own", { resource, scope: "read write" }),
      )
      return new URL(response.headers.get("location") ?? "x:").searchParams.get("error")
    }
    expect(await asked(one)).toBe("invalid_scope")
    expect(await asked(notes)).toBeNull()
  })
})

describe("at the token endpoint (§2.2)", () => {
  async function signedIn() {
    const server = several()
    const clientId = await server.registerPublic()
    const code = (await server.authorize(clientId, { resource: notes })).get("code") ?? ""
    return { server, clientId, code }
  }
  const audienceOf = (token: string) => decodeJwt(token).aud

  it("if absent, the granted one is meant", async () => {
    const { server, clientId, code } = await signedIn()
    const { body } = await server.redeem(clientId, code)
    expect(audienceOf(body.access_token)).toBe(notes)
    const refreshed = await server.refresh(clientId, body.refresh_token)
    expect(audienceOf(refreshed.body.access_token)).toBe(notes)
  })

  it("may name the granted one, in any spelling, once or twice", async () => {
    const { server, clientId, code } = await signedIn()
    const form = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      code_verifier: verifier,
      resource: notes,
    })
    form.append("resource", "https://NOTES.example.com/mcp")
    expect((await server.post("/token", form)).status).toBe(200)
  })

  it.each([one, "https://evil.example/mcp", `${notes}#x`, "nonsense"])(
    "cannot be changed: %s",
    async (resource) => {
      const { server, clientId, code } = await signedIn()
      const redemption = await server.redeem(clientId, code, { resource })
      expect([redemption.status, redemption.body.error]).toEqual([400, "invalid_target"])
      // It changed nothing: the code can still be redeemed, and then the refresh token works too.
      const { body } = await server.redeem(clientId, code)
      const refresh = await server.refresh(clientId, body.refresh_token, { resource })
      expect([refresh.status, refresh.body.error]).toEqual([400, "invalid_target"])
      expect((await server.refresh(clientId, body.refresh_token)).status).toBe(200)
    },
  )

  it("a wrong one does not extend a grant whose code was never redeemed", async () => {
    const { server, clientId, code } = await signedIn()
    await server.redeem(clientId, code, { resource: one })
    server.advance(3 * 60 * 1000)
    expect((await server.redeem(clientId, code)).body.error).toBe("invalid_grant")
    const userId = server.events.flatMap((e) => (e.type === "sign_in.completed" ? [e.userId] : []))
    expect(await server.proxy.endGrantsOf(String(userId[0]))).toBe(0)
  })
})

describe("at the resource server", () => {
  it("a token for another audience is refused", async () => {
    const server = several()
    const { tokens } = await server.signIn({ resource: notes })
    await server.proxy.tokenVerifier(notes).verify(tokens.access_token)
    for (const resource of [one, root]) {
      await expect(
        server.proxy.tokenVerifier(resource).verify(tokens.access_token),
      ).rejects.toMatchObject({ code: "wrong_audience" })
    }
  })

  it("there is no verifier for a resource that is not the proxy's", () => {
    expect(() => single().proxy.tokenVerifier("https://evil.example/mcp")).toThrow(TypeError)
  })
})

describe("configuration", () => {
  it.each([
    [[], "at least one"],
    [[{ resource: "nonsense" }], "must be an http(s) URL"],
    [[{ resource: "https://a.example/mcp#x" }], "without a fragment"],
    [[{ resource: "https://a.example/mcp", scopes: ["other"] }], "the scope other"],
  ])("%o", (resources, text) => {
    expect(() => createFixture({ resources })).toThrow(text)
  })
})

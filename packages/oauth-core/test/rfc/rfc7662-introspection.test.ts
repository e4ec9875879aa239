import { decodeJwt } from "jose"
import { describe, expect, it } from "vitest"
import { ConfigurationError } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"
import { interferingStore } from "../support/interfering-store.ts"

const resources = ["https://mcp.example.com/mcp", "https://other.example.com/mcp"] as const
const credentials = resources.map((resource, index) => ({
  id: `server-${index}`,
  secret: `${index}`.repeat(32),
  resource,
}))
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${btoa(`${id}:${secret}`)}`,
})
const first = basic("server-0", "0".repeat(32))
const second = basic("server-1", "1".repeat(32))

const introspectable = () =>
  createFixture({
    resources: resources.map((resource) => ({ resource })),
    resourceServers: credentials,
  })

async function signedIn() {
  const server = introspectable()
  const { clientId, tokens } = await server.signIn({ resource: resources[0] })
  const introspect = async (token: string, headers: Record<string, string> = first, more = {}) => {
    const response = await server.post("/introspect", { token, ...more }, headers)
    return { response, body: (await response.json()) as Record<string, unknown> }
  }
  return { server, clientId, tokens, introspect }
}

describe("a live access token", () => {
  it("is active at its resource server (§2.2)", async () => {
    const { clientId, tokens, introspect } = await signedIn()
    const { response, body } = await introspect(tokens.access_token)
    expect(response.status).toBe(200)
    expect(response.headers.get("cache-control")).toBe("no-store")
    const { gid, ...claims } = decodeJwt(tokens.access_token)
    expect(gid).toBeDefined()
    expect(body).toEqual({ active: true, token_type: "Bearer", ...claims })
    expect(body).toMatchObject({ client_id: clientId, aud: resources[0], scope: "read write" })
  })

  it("may be sent with any hint", async () => {
    const { tokens, introspect } = await signedIn()
    const { body } = await introspect(tokens.access_token, first, {
      token_type_hint: "refresh_token",
    })
    expect(body.active).toBe(true)
  })
})

describe("is inactive, without further information", () => {
  it("a token for another audience", async () => {
    const { tokens, introspect } = await signedIn()
    expect((await introspect(tokens.access_token, second)).body).toEqual({ active: false })
  })

  it("a refresh token", async () => {
    const { tokens, introspect } = await signedIn()
    expect((await introspect(tokens.refresh_token)).body).toEqual({ active: false })
  })

  it.each(["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])(
    "text that is not a token: %s",
    async (token) => {
      const { introspect } = await signedIn()
      expect((await introspect(token)).body).toEqual({ active: false })
    },
  )

  it("a token whose signature was changed", async () => {
    const { tokens, introspect } = await signedIn()
    const [header, payload, signature = ""] = tokens.access_token.split(".")
    const changed = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`
    expect((await introspect(`${header}.${payload}.${changed}`)).body).toEqual({ active: false })
  })

  it("an expired token", async () => {
    const { server, tokens, introspect } = await signedIn()
    server.advance(61 * 60 * 1000)
    expect((await introspect(tokens.access_token)).body).toEqual({ active: false })
  })

  it("a revoked token, immediately", async () => {
    const { server, clientId, tokens, introspect } = await signedIn()
    expect((await introspect(tokens.access_token)).body.active).toBe(true)
    await server.post("/revoke", { client_id: clientId, token: tokens.refresh_token })
    expect((await introspect(tokens.access_token)).body).toEqual({ active: false })
  })

  it("a token of a user whom the operator signed out", async () => {
    const { server, tokens, introspect } = await signedIn()
    expect(await server.proxy.endGrantsOf(String(decodeJwt(tokens.access_token).sub))).toBe(1)
    expect((await introspect(tokens.access_token)).body).toEqual({ active: false })
  })

  it("a token whose code was replayed", async () => {
    const server = introspectable()
    const { clientId, code, tokens } = await server.signIn({ resource: resources[0] })
    await server.redeem(clientId, code)
    const response = await server.post("/introspect", { token: tokens.access_token }, first)
    expect(await response.json()).toEqual({ active: false })
  })
})

it.each(["keys", "grant"])(
  "an outage of the store (%s) is 503, not an answer about the token",
  async (kind) => {
    const interference = interferingStore(() => server.now())
    const options = {
      store: interference.store,
      resources: resources.map((resource) => ({ resource })),
      resourceServers: credentials,
    }
    const server: ReturnType<typeof createFixture> = createFixture(options)
    const { tokens } = await server.signIn({ resource: resources[0] })
    const restarted = createFixture({ ...options, now: server.now })
    interference.failNext("get", kind)
    const response = await restarted.post("/introspect", { token: tokens.access_token }, first)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: "temporarily_unavailable" })
  },
)

describe("who may ask (§2.1)", () => {
  it.each<[string, Record<string, string>]>([
    ["no credential", {}],
    ["a wrong secret", basic("server-0", "wrong")],
    ["another server's secret", basic("server-0", "1".repeat(32))],
    ["an unknown server", basic("nobody", "0".repeat(32))],
    ["a bearer token", { authorization: `Bearer ${"0".repeat(32)}` }],
  ])("not %s", async (_, headers) => {
    const { tokens, introspect } = await signedIn()
    const { response, body } = await introspect(tokens.access_token, headers)
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic /)
    expect(body).toMatchObject({ error: "invalid_client" })
    expect(body).not.toHaveProperty("active")
  })

  it("not an MCP client, whatever its credential", async () => {
    const { server, tokens, introspect } = await signedIn()
    const client = await server.register({ token_endpoint_auth_method: "client_secret_basic" })
    const headers = basic(String(client.client_id), String(client.client_secret))
    expect((await introspect(tokens.access_token, headers)).response.status).toBe(401)
  })

  it("nobody if no resource server is configured, and then the endpoint is not advertised", async () => {
    const server = createFixture()
    const { tokens } = await server.signIn()
    expect((await server.post("/introspect", { token: tokens.access_token }, first)).status).toBe(
      401,
    )
    const metadata = await (await server.request("/.well-known/oauth-authorization-server")).json()
    expect(metadata).not.toHaveProperty("introspection_endpoint")
  })

  it("a token must be sent", async () => {
    const response = await introspectable().post("/introspect", {}, first)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: "invalid_request" })
  })
})

describe("credentials are checked at the start", () => {
  it.each([
    [
      { id: "a", secret: "short", resource: "https://mcp.example.com/mcp" },
      "resourceServers.0.secret must",
    ],
    [
      { id: "a", secret: "s".repeat(32), resource: "https://x.example/" },
      "resourceServers.0.resource must be one of resources",
    ],
  ])("%o", (credential, text) => {
    const create = () => createFixture({ resourceServers: [credential] })
    expect(create).toThrow(ConfigurationError)
    expect(create).toThrow(text)
  })
})

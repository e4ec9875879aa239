import { describe, expect, it } from "vitest"
import { memoryStore } from "../../src/index.ts"
import { createFixture, redirectUri, verifier } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` })
const manage = (server: Fixture, method: string, client: Record<string, unknown>, headers = {}) =>
  server.request(new URL(String(client.registration_client_uri)).pathname, { method, headers })

describe("reading a registration (§2.1)", () => {
  it("returns what was registered, without the secret (§3)", async () => {
    const server = createFixture()
    const registered = await server.register({ token_endpoint_auth_method: "client_secret_post" })
    const token = registered.registration_access_token
    const response = await manage(server, "GET", registered, bearer(token))
    expect(response.status).toBe(200)
    expect(response.headers.get("cache-control")).toBe("no-store")
    const { client_secret: secret, ...rest } = registered
    expect(String(secret)).toHaveLength(43)
    expect(await response.json()).toEqual(rest)
  })

  it("works after the client was used", async () => {
    const server = createFixture()
    const registered = await server.register()
    const clientId = String(registered.client_id)
    await server.redeem(clientId, (await server.authorize(clientId)).get("code") ?? "")
    server.advance(30 * 24 * 60 * 60 * 1000)
    const token = registered.registration_access_token
    expect((await manage(server, "GET", registered, bearer(token))).status).toBe(200)
  })
})

describe.each(["GET", "DELETE"])("%s needs the registration token (§2)", (method) => {
  it.each<[string, (own: unknown, other: unknown) => Record<string, string>]>([
    ["none", () => ({})],
    ["a wrong one", () => bearer("wrong")],
    ["a token of another client", (_, other) => bearer(other)],
    ["the right one with another scheme", (own) => ({ authorization: `Basic ${own}` })],
  ])("%s", async (_, headers) => {
    const server = createFixture()
    const own = await server.register()
    const other = await server.register()
    const token = "registration_access_token"
    const given = headers(own[token], other[token])
    const response = await manage(server, method, own, given)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: "invalid_token" })
    expect((await manage(server, "GET", own, bearer(own[token]))).status).toBe(200)
  })

  it("and does not reveal whether the client exists", async () => {
    const server = createFixture()
    const own = await server.register()
    const unknown = { registration_client_uri: "https://mcp.example.com/register/nobody" }
    const answers = [own, unknown].map((client) => manage(server, method, client, bearer("x")))
    const [a, b] = await Promise.all(answers)
    expect([a?.status, await a?.text()]).toEqual([b?.status, await b?.text()])
  })
})

describe("deleting a registration (§2.3)", () => {
  async function deleted() {
    const store = memoryStore({ now: () => server.now() })
    const server: Fixture = createFixture({
      store,
      resourceServers: [
        { id: "rs", secret: "s".repeat(32), resource: "https://mcp.example.com/mcp" },
      ],
    })
    const client = await server.register()
    const clientId = String(client.client_id)
    const code = (await server.authorize(clientId)).get("code") ?? ""
    const { body: tokens } = await server.redeem(clientId, code)
    const pending = (await server.authorize(clientId)).get("code") ?? ""
    await server.verify(tokens.access_token)
    const token = client.registration_access_token
    const response = await manage(server, "DELETE", client, bearer(token))
    return { server, client, clientId, tokens, pending, response }
  }

  it("is 204, and the client no longer exists", async () => {
    const { server, client, clientId, response } = await deleted()
    expect(response.status).toBe(204)
    expect(await response.text()).toBe("")
    expect(server.events.at(-1)).toEqual({ type: "client.deleted", clientId })
    const again = await manage(server, "GET", client, bearer(client.registration_access_token))
    expect(again.status).toBe(401)
    const authorize = await server.request(server.authorizationUrl(clientId))
    expect(authorize.status).toBe(400)
  })

  it("ends the client's grants", async () => {
    const { server, clientId, tokens, pending } = await deleted()
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(401)
    expect((await server.redeem(clientId, pending)).status).toBe(401)
    const introspection = await server.post(
      "/introspect",
      { token: tokens.access_token },
      { authorization: `Basic ${btoa(`rs:${"s".repeat(32)}`)}` },
    )
    expect(await introspection.json()).toEqual({ active: false })
    server.advance(5000)
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  })
})

it.each(["PUT", "POST", "PATCH"])("%s is not offered (§2)", async (method) => {
  const server = createFixture()
  const client = await server.register()
  const token = client.registration_access_token
  const response = await manage(server, method, client, bearer(token))
  expect(response.status).toBe(405)
  expect(response.headers.get("allow")).toBe("GET, DELETE")
})

it("the registration token gives access only to the registration", async () => {
  const server = createFixture()
  const client = await server.register({ token_endpoint_auth_method: "client_secret_post" })
  const token = String(client.registration_access_token)
  const response = await server.post("/token", {
    grant_type: "authorization_code",
    client_id: String(client.client_id),
    client_secret: token,
    code: "x",
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  expect(response.status).toBe(401)
  await expect(server.verify(token)).rejects.toThrow()
})

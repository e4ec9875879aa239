import { readSecrets } from "@doorward/boundary"
import { describe, expect, it } from "vitest"
import { memoryStore } from "../../src/index.ts"
import { createSealer } from "../../src/tokens/seal.ts"
import { deriveSecrets } from "../../src/tokens/secret.ts"
import { challengeOf, createFixture, redirectUri, secret, verifier } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

const request = (clientId: string, more: Record<string, string> = {}) => ({
  client_id: clientId,
  response_type: "code",
  redirect_uri: redirectUri,
  state: "pushed-state",
  code_challenge: challengeOf(verifier),
  code_challenge_method: "S256",
  ...more,
})

async function push(server: Fixture, form: Record<string, string>, headers = {}) {
  const response = await server.post("/par", form, headers)
  return { response, body: (await response.json()) as Record<string, string> }
}

const open = (server: Fixture, clientId: string, requestUri = "", more = {}) => {
  const query = new URLSearchParams({ client_id: clientId, request_uri: requestUri, ...more })
  return server.request(`/authorize?${query}`, { headers: { accept: "text/html" } })
}

describe("pushing (§2)", () => {
  it("returns 201 with an unguessable request URI (§2.2)", async () => {
    const server = createFixture()
    const { response, body } = await push(server, request(await server.registerPublic()))
    expect(response.status).toBe(201)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
      expires_in: 90,
    })
  })

  it("authenticates the client like the token endpoint", async () => {
    const server = createFixture()
    const client = await server.register({ token_endpoint_auth_method: "client_secret_basic" })
    const clientId = String(client.client_id)
    const secret = String(client.client_secret)
    const { client_id: _, ...form } = request(clientId)
    const headers = { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` }
    expect((await push(server, form, headers)).response.status).toBe(201)
    const inBody = { ...request(clientId), client_secret: secret }
    expect((await push(server, inBody)).response.status).toBe(201)
    for (const credential of [request(clientId), request("nobody"), form]) {
      const { response, body } = await push(server, credential)
      expect([response.status, body.error]).toEqual([401, "invalid_client"])
    }
  })

  it.each<[string, Record<string, string>, string]>([
    [
      "a redirect URI that is not registered",
      { redirect_uri: "https://evil.example/" },
      "invalid_request",
    ],
    ["no PKCE", { code_challenge: "" }, "invalid_request"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
    ["an unknown scope", { scope: "admin" }, "invalid_scope"],
    ["an unknown resource", { resource: "https://evil.example/mcp" }, "invalid_target"],
    ["another response type", { response_type: "token" }, "unsupported_response_type"],
    ["a request URI", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request"],
    ["a request object", { request: "e30.e30." }, "request_not_supported"],
  ])("immediately refuses %s (§2.3)", async (_, more, error) => {
    const server = createFixture()
    const { response, body } = await push(server, request(await server.registerPublic(), more))
    expect([response.status, body.error]).toEqual([400, error])
  })

  it.each(["GET", "PUT"])("%s is not allowed (§2.3)", async (method) => {
    const response = await createFixture().request("/par", { method })
    expect(response.status).toBe(405)
    expect(response.headers.get("allow")).toBe("POST")
  })

  it("a request of more than 16 KB is refused (§2.3)", async () => {
    const server = createFixture()
    const form = request(await server.registerPublic(), { state: "x".repeat(16 * 1024) })
    expect((await push(server, form)).response.status).toBe(413)
  })
})

describe("using the request URI (§4)", () => {
  async function pushed(more: Record<string, string> = {}) {
    const server = createFixture()
    const clientId = await server.registerPublic()
    const { body } = await push(server, request(clientId, more))
    return { server, clientId, requestUri: String(body.request_uri) }
  }

  it("has the same effect as sending the parameters", async () => {
    const { server, clientId, requestUri } = await pushed({ scope: "read" })
    const browser = server.browser()
    const query = new URLSearchParams({ client_id: clientId, request_uri: requestUri })
    const consent = await browser.open(`${server.proxy.issuer}/authorize?${query}`)
    const upstream = await consent.submit("approve")
    const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    expect(back.url.searchParams.get("state")).toBe("pushed-state")
    const { body } = await server.redeem(clientId, back.url.searchParams.get("code") ?? "")
    expect(body.scope).toBe("read")
  })

  it("works once", async () => {
    const { server, clientId, requestUri } = await pushed()
    expect((await open(server, clientId, requestUri)).status).toBe(200)
    const again = await open(server, clientId, requestUri)
    expect(again.status).toBe(400)
    expect(await again.text()).toContain("invalid_request_uri")
  })

  it("works once, even if many requests come at the same time", async () => {
    const { server, clientId, requestUri } = await pushed()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => open(server, clientId, requestUri)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it("expires", async () => {
    const { server, clientId, requestUri } = await pushed()
    server.advance(90 * 1000)
    expect((await open(server, clientId, requestUri)).status).toBe(400)
  })

  it("works only for its client, and another client's attempt does not use it up", async () => {
    const { server, clientId, requestUri } = await pushed()
    const other = await server.registerPublic()
    expect((await open(server, other, requestUri)).status).toBe(400)
    expect((await open(server, clientId, requestUri)).status).toBe(200)
  })

  it("replaces all other parameters, which are ignored (RFC 9101 §6.3)", async () => {
    const { server, clientId, requestUri } = await pushed({ scope: "read" })
    const more = { scope: "write", redirect_uri: "https://evil.example/", prompt: "none" }
    const response = await open(server, clientId, requestUri, more)
    expect(response.status).toBe(200)
    const page = await response.text()
    expect(page).not.toContain("evil.example")
    expect(page).not.toContain("login-test/write")
  })

  it.each([
    "urn:ietf:params:oauth:request_uri:unknown",
    "https://client.example.com/request.jwt",
    "urn:x",
  ])("%s is refused, and nothing is fetched", async (requestUri) => {
    const server = createFixture()
    const response = await open(server, await server.registerPublic(), requestUri)
    expect(response.status).toBe(400)
    expect(response.headers.get("location")).toBeNull()
    expect(server.reasons()).toEqual(["request_uri_invalid"])
  })

  it("the client's credential is not stored with it", async () => {
    const store = memoryStore({ now: () => server.now() })
    const server: Fixture = createFixture({ store })
    const client = await server.register({ token_endpoint_auth_method: "client_secret_post" })
    const credential = { client_secret: String(client.client_secret) }
    await push(server, { ...request(String(client.client_id)), ...credential })
    const sealer = createSealer(deriveSecrets(readSecrets(secret)))
    const kept: string[] = []
    for await (const key of store.scan("par:")) {
      const sealed = (await store.get(key)) ?? new Uint8Array()
      kept.push(JSON.stringify((await sealer.open(key, sealed)).value))
    }
    expect(kept).toHaveLength(1)
    expect(kept[0]).toContain("pushed-state")
    expect(kept[0]).not.toContain(credential.client_secret)
  })
})

// The duties of an MCP server as a resource server, a test for each.

import { Hono } from "hono"
import { describe, expect, test } from "vitest"
import { protectMcp } from "../src/index.ts"
import { bearer, challengeOf, endpoint, ping } from "./support/endpoint.ts"
import { ISSUER, proxyOf, RESOURCE, signToken } from "./support/issuer.ts"

/** A good token with `alg: none` in its header. */
async function unsigned(): Promise<string> {
  const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")
  return [header, ...(await signToken()).split(".").slice(1)].join(".")
}

const METADATA_URL = "https://mcp.example/.well-known/oauth-protected-resource/mcp"

describe("discovery", () => {
  test("serves metadata with authorization servers (RFC 9728)", async () => {
    const response = await endpoint().app.request(METADATA_URL)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      resource: RESOURCE,
      authorization_servers: [ISSUER],
      scopes_supported: ["mcp.read", "mcp.write"],
      bearer_methods_supported: ["header"],
      resource_name: "Example",
    })
  })

  test("resource equals the configured URL, byte for byte (RFC 9728 §3.3)", async () => {
    const odd = "https://MCP.example:443/mcp"
    const { app } = endpoint({
      proxy: undefined,
      resource: odd,
      verifier: { verify: () => Promise.reject(new Error("unused")) },
      authorizationServers: ["https://auth.example/"],
    } as object)
    const metadata = await (await app.request(METADATA_URL)).json()
    expect(metadata).toMatchObject({
      resource: odd,
      authorization_servers: ["https://auth.example/"],
    })
  })

  test("is advertised in the challenge, path-inserted and at the root (SEP-985)", async () => {
    const { app, send } = endpoint()
    const url = challengeOf(await send({ json: ping })).resource_metadata
    expect(url).toBe(METADATA_URL)
    const inserted = await (await app.request(METADATA_URL)).text()
    const root = await app.request("https://mcp.example/.well-known/oauth-protected-resource")
    expect(await root.text()).toBe(inserted)
  })

  test("a resource at the root has one well-known path", async () => {
    const resource = "https://mcp.example"
    const options = { path: "/", verifier: { verify: async () => Promise.reject() } }
    const { app, send } = endpoint({
      ...options,
      proxy: undefined,
      resource,
      authorizationServers: [ISSUER],
    } as object)
    const challenge = challengeOf(await send({ json: ping, url: "https://mcp.example/" }))
    expect(challenge.resource_metadata).toBe(
      "https://mcp.example/.well-known/oauth-protected-resource",
    )
    const metadata = await (await app.request(challenge.resource_metadata ?? "")).json()
    expect(metadata).toMatchObject({ resource })
  })

  test("offline_access is in neither metadata nor challenge (SEP-2207)", async () => {
    const { app, send } = endpoint({ scopes: ["mcp.read", "offline_access"] })
    expect(challengeOf(await send({ json: ping })).scope).toBe("mcp.read")
    const metadata = await (await app.request(METADATA_URL)).json()
    expect(metadata.scopes_supported).toEqual(["mcp.read"])
  })
})

describe("without credentials", () => {
  test("401 with scope and without error (RFC 6750 §3, SEP-835, OAuth 2.1 §5.3.2)", async () => {
    const { send, refusals, served } = endpoint()
    const response = await send({ json: ping })
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toBe(
      `Bearer scope="mcp.read mcp.write", resource_metadata="${METADATA_URL}"`,
    )
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(refusals).toEqual([{ reason: "no_credentials", status: 401, resource: RESOURCE }])
    expect(served).toEqual([])
  })

  test.each(["GET", "POST", "DELETE"])("%s is refused", async (method) => {
    expect((await endpoint().send({ method })).status).toBe(401)
  })

  test("another scheme counts as none", async () => {
    const response = await endpoint().send({ json: ping, headers: { authorization: "Basic YTpi" } })
    expect(response.status).toBe(401)
    expect(challengeOf(response).error).toBeUndefined()
  })

  test("a token in the query string is ignored (OAuth 2.1 §5.1)", async () => {
    const url = `${RESOURCE}?access_token=${await signToken()}`
    const response = await endpoint().send({ json: ping, url })
    expect(response.status).toBe(401)
    expect(challengeOf(response).error).toBeUndefined()
  })

  test("a token in a form body is ignored", async () => {
    const body = new URLSearchParams({ access_token: await signToken() })
    expect((await endpoint().send({ method: "POST", body })).status).toBe(401)
  })

  test("a session id is not authentication (Security Best Practices)", async () => {
    const headers = { "mcp-session-id": crypto.randomUUID() }
    expect((await endpoint().send({ json: ping, headers })).status).toBe(401)
  })
})

describe("a malformed request is 400 invalid_request (OAuth 2.1 §5.3.2)", () => {
  test.each([
    ["no token after the scheme", "Bearer"],
    ["a space in the token", "Bearer a b"],
    ["characters that no token has", "Bearer a,b"],
    ["quotes", 'Bearer "abc"'],
    ["two credentials", "Bearer abc, Bearer def"],
    ["another scheme before it", "Basic YTpi, Bearer abc"],
  ])("%s", async (_, authorization) => {
    const { send, refusals } = endpoint()
    const response = await send({ json: ping, headers: { authorization } })
    expect(response.status).toBe(400)
    expect(challengeOf(response).error).toBe("invalid_request")
    expect(refusals[0]?.reason).toBe("malformed_credentials")
  })

  test("the scheme's case and padding do not matter", async () => {
    const token = await signToken()
    for (const authorization of [`bearer ${token}`, `BEARER   ${token}`, ` Bearer ${token} `]) {
      const response = await endpoint().send({ json: ping, headers: { authorization } })
      expect(response.status).toBe(200)
    }
  })
})

describe("a token that is not accepted is 401 invalid_token (OAuth 2.1 §5.2, RFC 8707 §2, RFC 9068 §4)", () => {
  const past = Math.floor(Date.now() / 1000) - 60
  test.each([
    ["expired", signToken({ exp: past })],
    ["wrong_issuer", signToken({ iss: "https://evil.example" })],
    ["wrong_audience", signToken({ aud: "https://other.example/mcp" })],
    ["wrong_type", signToken({}, { typ: "JWT" })],
    ["missing_claim", signToken({ aud: undefined as unknown as string })],
    ["bad_signature", signToken().then((token) => `${token.slice(0, -4)}AAAA`)],
    ["malformed", Promise.resolve("not-a-token")],
    ["algorithm_not_allowed", unsigned()],
  ])("%s", async (reason, token) => {
    const { send, refusals, served } = endpoint()
    const authorization = `Bearer ${await token}`
    const response = await send({ json: ping, headers: { authorization } })
    expect(response.status).toBe(401)
    const challenge = challengeOf(response)
    expect(challenge).toMatchObject({
      error: "invalid_token",
      scope: "mcp.read mcp.write",
      resource_metadata: METADATA_URL,
    })
    expect(challenge.error_description).toBeTruthy()
    expect(refusals[0]).toMatchObject({ reason, status: 401 })
    expect(served).toEqual([])
  })

  test("no part of the token is in the response or in the refusal", async () => {
    const { send, refusals } = endpoint()
    const token = await signToken({ exp: past })
    const response = await send({ json: ping, headers: { authorization: `Bearer ${token}` } })
    const said = JSON.stringify([refusals, [...response.headers], await response.text()])
    for (const part of token.split(".")) expect(said).not.toContain(part)
  })
})

describe("a token without a needed scope is 403 insufficient_scope (SEP-2350)", () => {
  test("with everything to ask for: what is needed, and what the token has", async () => {
    const { send, refusals } = endpoint({ requireScopes: ["mcp.use"] })
    const response = await send({ json: ping, headers: await bearer({ scope: "mcp.read other" }) })
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toMatchObject({
      error: "insufficient_scope",
      scope: "mcp.read mcp.use",
      resource_metadata: METADATA_URL,
    })
    expect(refusals[0]).toMatchObject({
      reason: "insufficient_scope",
      clientId: "client-1",
      subject: "alice",
    })
  })
})

describe("the Origin header is validated (2025-11-25)", () => {
  test("a page of another origin is refused with 403 before its token is looked at", async () => {
    const { send, refusals } = endpoint()
    const response = await send({
      json: ping,
      headers: { ...(await bearer()), origin: "https://evil.example" },
    })
    expect(response.status).toBe(403)
    expect(response.headers.get("access-control-allow-origin")).toBeNull()
    expect(refusals[0]?.reason).toBe("origin_not_allowed")
  })
})

test("of two resources on one app each has its own metadata, and the first one the root", async () => {
  const app = new Hono()
  const second = "https://mcp.example/other"
  const proxy = proxyOf({ resources: [RESOURCE, second] })
  const serve = () => Response.json({ ok: true })
  for (const path of ["/mcp", "/other"]) protectMcp(app, { path, proxy, serve })
  const resourceAt = async (suffix: string) => {
    const url = `https://mcp.example/.well-known/oauth-protected-resource${suffix}`
    return (await (await app.request(url)).json()).resource
  }
  expect(await resourceAt("/mcp")).toBe(RESOURCE)
  expect(await resourceAt("/other")).toBe(second)
  expect(await resourceAt("")).toBe(RESOURCE)
  const headers = { ...(await bearer()), "content-type": "application/json" }
  const call = (url: string) =>
    app.request(url, { method: "POST", body: JSON.stringify(ping), headers })
  expect((await call(RESOURCE)).status).toBe(200)
  expect((await call(second)).status).toBe(401)
})

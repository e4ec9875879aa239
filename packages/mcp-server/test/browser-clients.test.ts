import { describe, expect, test } from "vitest"
import { bearer, endpoint, ping } from "./support/endpoint.ts"
import { proxyOf } from "./support/issuer.ts"

const page = "https://inspector.example"
const allowed = { allowedOrigins: [page] }

function preflight(origin: string, headers: string) {
  return {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": headers,
    },
  }
}

describe("a page of an allowed origin", () => {
  test("may send the headers of MCP, and no others", async () => {
    const { send } = endpoint(allowed)
    const wanted = "authorization,content-type,mcp-protocol-version,mcp-param-region,x-evil"
    const response = await send(preflight(page, wanted))
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": page,
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers":
        "authorization, content-type, mcp-protocol-version, mcp-param-region",
    })
    expect(response.headers.get("access-control-allow-credentials")).toBeNull()
  })

  test.each([
    ["a challenge", false, 401],
    ["a result", true, 200],
  ])("may read %s, with the headers it needs", async (_, signedIn, status) => {
    const headers = signedIn ? await bearer() : {}
    const response = await endpoint(allowed).send({
      json: ping,
      headers: { ...headers, origin: page },
    })
    expect(response.status).toBe(status)
    expect(response.headers.get("access-control-allow-origin")).toBe(page)
    expect(response.headers.get("access-control-expose-headers")).toBe(
      "WWW-Authenticate, Mcp-Session-Id, DPoP-Nonce",
    )
    expect(response.headers.get("vary")).toBe("Origin")
  })

  test("may read a response whose headers are fixed", async () => {
    const serve = () => Response.redirect("https://elsewhere.example")
    const headers = { ...(await bearer()), origin: page }
    const response = await endpoint({ ...allowed, serve }).send({ json: ping, headers })
    expect(response.headers.get("access-control-allow-origin")).toBe(page)
  })
})

describe("which origins are allowed", () => {
  const loopback = { proxy: proxyOf({ resources: ["http://localhost:8000/mcp"] }) }
  test.each([
    ["the resource's own", {}, "https://mcp.example", true],
    ["not its own on another port", {}, "https://mcp.example:8443", false],
    ["not null", {}, "null", false],
    ["a listed one", allowed, page, true],
    ["not a listed one over http", allowed, "http://inspector.example", false],
    ["nothing else", allowed, "https://inspector.example.evil.example", false],
    ["all, with *", { allowedOrigins: "*" as const }, "null", true],
    ["any loopback one on loopback", loopback, "http://127.0.0.1:6274", true],
    ["nothing else on loopback", loopback, "http://localhost.evil.example", false],
    [
      "only its own and the listed ones on loopback with a list",
      { ...loopback, ...allowed },
      "http://localhost:6274",
      false,
    ],
  ])("%s", async (_, options, origin, isAllowed) => {
    const response = await endpoint(options).send(preflight(origin, "authorization"))
    expect(response.status).toBe(isAllowed ? 204 : 403)
  })
})

test("metadata can be read by pages of every origin, and cached", async () => {
  const { app } = endpoint()
  const url = "https://mcp.example/.well-known/oauth-protected-resource/mcp"
  const response = await app.request(url, { headers: { origin: "https://any.example" } })
  expect(response.headers.get("access-control-allow-origin")).toBe("*")
  expect(response.headers.get("cache-control")).toBe("public, max-age=3600")
  const asked = await app.request(url, preflight("https://any.example", "mcp-protocol-version"))
  expect(asked.status).toBe(204)
  expect(asked.headers.get("access-control-allow-headers")).toBe("*")
  expect((await app.request(url, { method: "POST" })).status).toBe(405)
})

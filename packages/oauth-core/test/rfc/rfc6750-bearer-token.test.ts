import { describe, expect, it } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

const initialToken = "initial-access-token-of-the-operator"

describe("the challenge of an endpoint that wants a bearer token (§3)", () => {
  it.each([
    ["registration", "POST", "/register"],
    ["reading a registration", "GET", "/register/somebody"],
    ["deleting a registration", "DELETE", "/register/somebody"],
  ])("%s", async (_, method, path) => {
    const server = createFixture({ registration: { accessToken: initialToken } })
    const ask = (headers: Record<string, string>) =>
      server.request(path, {
        method,
        headers: { ...headers, "content-type": "application/json" },
        ...(method === "POST" ? { body: JSON.stringify({ redirect_uris: [redirectUri] }) } : {}),
      })
    const without = await ask({})
    expect(without.status).toBe(401)
    // There is no error attribute if no token was sent (§3.1).
    expect(without.headers.get("www-authenticate")).toBe('Bearer realm="https://mcp.example.com"')
    const wrong = await ask({ authorization: "Bearer wrong" })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get("www-authenticate")).toBe(
      'Bearer realm="https://mcp.example.com", error="invalid_token"',
    )
  })
})

describe("the token (§2)", () => {
  const register = (
    server: ReturnType<typeof createFixture>,
    path: string,
    authorization?: string,
  ) =>
    server.request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({ redirect_uris: [redirectUri] }),
    })

  it.each([`Bearer ${initialToken}`, `bearer ${initialToken}`, `BEARER  ${initialToken}`])(
    "is read from the Authorization header, whatever the case of the scheme: %s",
    async (authorization) => {
      const server = createFixture({ registration: { accessToken: initialToken } })
      expect((await register(server, "/register", authorization)).status).toBe(201)
    },
  )

  it("is never read from the query (OAuth 2.1 §5.1)", async () => {
    const server = createFixture({ registration: { accessToken: initialToken } })
    const response = await register(server, `/register?access_token=${initialToken}`)
    expect(response.status).toBe(401)
  })

  it.each([
    "Bearer",
    "Bearer ",
    `Bearer ${initialToken} x`,
    `Bearer ${initialToken},`,
    initialToken,
  ])("must be well-formed: %s", async (authorization) => {
    const server = createFixture({ registration: { accessToken: initialToken } })
    expect((await register(server, "/register", authorization)).status).toBe(401)
  })
})

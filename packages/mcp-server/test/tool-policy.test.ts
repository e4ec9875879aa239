import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bearer, challengeOf, endpoint, ping, toolCall } from "./support/endpoint.ts"
import { proxyOf, RESOURCE, verifierFor } from "./support/issuer.ts"

const tools = {
  write: { scopes: ["mcp.write"] },
  audit: { scopes: ["mcp.audit"], roles: ["Auditor", "Admin"] },
}

describe("scopes of a tool", () => {
  test("a call without them is 403 before the server sees it, with all scopes to ask for", async () => {
    const { send, served, refusals } = endpoint({ tools, requireScopes: ["mcp.read"] })
    const response = await send({ json: toolCall("write"), headers: await bearer() })
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toMatchObject({
      error: "insufficient_scope",
      scope: "mcp.read mcp.write",
    })
    expect(served).toEqual([])
    expect(refusals).toEqual([
      {
        reason: "insufficient_scope",
        status: 403,
        resource: RESOURCE,
        subject: "alice",
        clientId: "client-1",
        tools: ["write"],
      },
    ])
  })

  test("a call with them goes through", async () => {
    const headers = await bearer({ scope: "mcp.read mcp.write" })
    expect((await endpoint({ tools }).send({ json: toolCall("write"), headers })).status).toBe(200)
  })

  test("a batch needs what all of its calls need", async () => {
    const { send, served } = endpoint({ tools: { a: { scopes: ["x"] }, b: { scopes: ["y"] } } })
    const json = [toolCall("free", 1), toolCall("a", 2), ping, toolCall("b", 3)]
    const response = await send({ json, headers: await bearer({ scope: "x" }) })
    expect(response.status).toBe(403)
    expect(challengeOf(response).scope).toBe("x y")
    expect(served).toEqual([])
  })

  test("tools without a policy, and names from the object prototype, need nothing more", async () => {
    const { send } = endpoint({ tools })
    const headers = await bearer()
    for (const name of ["other", "constructor", "__proto__", "toString"]) {
      expect((await send({ json: toolCall(name), headers })).status).toBe(200)
    }
  })
})

describe("roles for a tool", () => {
  const scope = "mcp.audit"
  test("one of them is enough", async () => {
    const { send } = endpoint({ tools, proxy: proxyOf({ roles: ["Admin"] }) })
    const response = await send({ json: toolCall("audit"), headers: await bearer({ scope }) })
    expect(response.status).toBe(200)
  })

  test("without one it is 403 with no challenge, since signing in again gives nobody a role", async () => {
    const { send, refusals, served } = endpoint({ tools, proxy: proxyOf({ roles: ["User"] }) })
    const response = await send({ json: toolCall("audit"), headers: await bearer({ scope }) })
    expect(response.status).toBe(403)
    expect(response.headers.get("www-authenticate")).toBeNull()
    expect(refusals[0]).toMatchObject({ reason: "missing_role", tools: ["audit"] })
    expect(served).toEqual([])
  })

  test("without a proxy they come from the token's roles claim", async () => {
    const { send } = endpoint({
      tools,
      proxy: undefined,
      resource: RESOURCE,
      verifier: verifierFor(),
      authorizationServers: ["https://login.example"],
    } as object)
    const call = async (roles: unknown) =>
      send({ json: toolCall("audit"), headers: await bearer({ scope, roles }) })
    expect((await call(["Auditor"])).status).toBe(200)
    expect((await call("Auditor")).status).toBe(403)
    expect((await call(undefined)).status).toBe(403)
  })
})

test("no JSON body gets a protected call past its policy or makes the guard fail", async () => {
  const { send, served } = endpoint({ tools })
  const headers = await bearer()
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.nat(3), async (value, depth) => {
      let json: unknown = [value, toolCall("write")]
      for (let i = 0; i < depth; i++) json = [json]
      const { status } = await send({ json, headers })
      expect(status).toBe(depth === 0 ? 403 : 200)
      expect((await send({ json: value, headers })).status).toBe(200)
    }),
  )
  expect(served.length).toBeGreaterThan(0)
})

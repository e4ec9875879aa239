import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Policy, PolicyCall, PolicyRules } from "../../src/index.ts"
import { bearer, challengeOf, endpoint, ping, toolCall } from "../support/endpoint.ts"
import { proxyOf, RESOURCE, verifierFor } from "../support/issuer.ts"

const policy: Policy = {
  tools: {
    write: { scopes: ["mcp.write"] },
    audit: { scopes: ["mcp.audit"], roles: ["Auditor", "Admin"] },
  },
}

describe("scopes of a tool", () => {
  test("a call without them is 403 before the server sees it, with all scopes to ask for", async () => {
    const { send, served, refusals } = endpoint({ policy, requireScopes: ["mcp.read"] })
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
    expect((await endpoint({ policy }).send({ json: toolCall("write"), headers })).status).toBe(200)
  })

  test("a batch needs what all of its calls need", async () => {
    const { send, served } = endpoint({
      policy: { tools: { a: { scopes: ["x"] }, b: { scopes: ["y"] } } },
    })
    const json = [toolCall("free", 1), toolCall("a", 2), ping, toolCall("b", 3)]
    const response = await send({ json, headers: await bearer({ scope: "x" }) })
    expect(response.status).toBe(403)
    expect(challengeOf(response).scope).toBe("x y")
    expect(served).toEqual([])
  })

  test("tools without a policy, and names from the object prototype, need nothing more", async () => {
    const { send } = endpoint({ policy })
    const headers = await bearer()
    for (const name of ["other", "constructor", "__proto__", "toString"]) {
      expect((await send({ json: toolCall(name), headers })).status).toBe(200)
    }
  })
})

describe("roles for a tool", () => {
  const scope = "mcp.audit"
  test("one of them is enough", async () => {
    const { send } = endpoint({ policy, proxy: proxyOf({ roles: ["Admin"] }) })
    const response = await send({ json: toolCall("audit"), headers: await bearer({ scope }) })
    expect(response.status).toBe(200)
  })

  test("without one it is 403 with no challenge, since signing in again gives nobody a role", async () => {
    const { send, refusals, served } = endpoint({ policy, proxy: proxyOf({ roles: ["User"] }) })
    const response = await send({ json: toolCall("audit"), headers: await bearer({ scope }) })
    expect(response.status).toBe(403)
    expect(response.headers.get("www-authenticate")).toBeNull()
    expect(refusals[0]).toMatchObject({ reason: "missing_role", tools: ["audit"] })
    expect(served).toEqual([])
  })

  test("without a proxy they come from the token's roles claim", async () => {
    const { send } = endpoint({
      policy,
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

describe("the other members of a rule", () => {
  const call = toolCall("ruled")
  const proxy = proxyOf({ groups: ["g-1", "g-2"], roles: ["User"], tenantId: "t-1" })
  test.each([
    [{ groups: ["g-2", "g-3"] }, undefined],
    [{ groups: ["g-3"] }, "missing_group"],
    [{ tenants: ["t-1"] }, undefined],
    [{ tenants: ["t-2"] }, "tenant_not_allowed"],
    [{ people: ["alice"] }, undefined],
    [{ people: ["Alice", "alice@example.com"] }, "person_not_allowed"],
    [{ clients: ["client-1"] }, undefined],
    [{ clients: ["client-2"] }, "client_not_allowed"],
    [{ roles: ["User"], groups: ["g-1"], tenants: ["t-1"] }, undefined],
    [{ roles: ["User"], groups: ["g-1"], tenants: ["t-2"] }, "tenant_not_allowed"],
    [{ roles: ["user"] }, "missing_role"],
    [{}, undefined],
  ])("%j: %s", async (rule, reason) => {
    const { send, refusals, served } = endpoint({ proxy, policy: { tools: { ruled: rule } } })
    const response = await send({ json: call, headers: await bearer() })
    expect(response.status).toBe(reason === undefined ? 200 : 403)
    expect(response.headers.has("www-authenticate")).toBe(false)
    expect(refusals.map((refusal) => refusal.reason)).toEqual(reason === undefined ? [] : [reason])
    expect(served.length).toBe(reason === undefined ? 1 : 0)
  })

  test("groups that the sign-in does not tell are not called none", async () => {
    const policy = { tools: { ruled: { groups: ["g-1"] } } }
    const { send, refusals } = endpoint({ proxy: proxyOf({ groups: undefined }), policy })
    const response = await send({ json: call, headers: await bearer() })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining("does not say which groups you are in") },
    })
    expect(refusals).toMatchObject([{ reason: "groups_unknown", subject: "alice" }])
    const none = endpoint({ proxy: proxyOf({ groups: [] }), policy })
    await none.send({ json: call, headers: await bearer() })
    expect(none.refusals).toMatchObject([{ reason: "missing_group" }])
  })

  test("whoever meets all but the scopes is asked to sign in for them; others are not", async () => {
    const rule = { scopes: ["mcp.write"], roles: ["User"] }
    const { send } = endpoint({ proxy, policy: { tools: { ruled: rule } } })
    const response = await send({ json: call, headers: await bearer() })
    expect(challengeOf(response)).toMatchObject({ scope: "mcp.read mcp.write" })
    const stranger = endpoint({ proxy: proxyOf(), policy: { tools: { ruled: rule } } })
    const refused = await stranger.send({ json: call, headers: await bearer() })
    expect([refused.status, refused.headers.has("www-authenticate")]).toEqual([403, false])
  })

  test("the message is the same whether or not the tool exists", async () => {
    const { send } = endpoint({ policy: { default: "deny", tools: { ruled: { roles: ["x"] } } } })
    const response = await send({ json: toolCall("nothing"), headers: await bearer() })
    expect(await response.json()).toMatchObject({ error: { message: "Nobody may use this." } })
  })
})

describe("a condition in code", () => {
  const call = {
    ...toolCall("transfer"),
    params: { name: "transfer", arguments: { amount: 50 } },
  }

  test("decides by who calls, and by the arguments", async () => {
    const seen: unknown[] = []
    const when = ({ name, arguments: args, identity, verified }: PolicyCall) => {
      seen.push([name, identity?.name, verified.subject])
      return (args as { amount: number }).amount <= 50
    }
    const { send, refusals } = endpoint({ policy: { tools: { transfer: { when } } } })
    expect((await send({ json: call, headers: await bearer() })).status).toBe(200)
    call.params.arguments.amount = 51
    expect((await send({ json: call, headers: await bearer() })).status).toBe(403)
    expect(refusals).toMatchObject([{ reason: "condition_not_met", tools: ["transfer"] }])
    expect(seen[0]).toEqual(["transfer", "Alice", "alice"])
  })

  test.each([
    ["undefined", () => undefined],
    ["a text", () => "yes"],
    ["a promise of 1", async () => 1],
  ])("that returns %s allows nothing", async (_, when) => {
    const { send } = endpoint({
      policy: { tools: { transfer: { when: when as unknown as () => boolean } } },
    })
    expect((await send({ json: call, headers: await bearer() })).status).toBe(403)
  })

  test("that fails is a 500, with the reason for the log only", async () => {
    const when = async () => Promise.reject(new Error("the database is away"))
    const { send, refusals, served } = endpoint({ policy: { tools: { transfer: { when } } } })
    const response = await send({ json: call, headers: await bearer() })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain("database")
    expect(refusals).toMatchObject([{ reason: "policy_failed", cause: expect.any(Error) }])
    expect(served).toEqual([])
  })
})

describe("names with wildcards", () => {
  const allowed = async (rules: PolicyRules, name: string) => {
    const { send } = endpoint({ policy: { default: "deny", tools: rules } })
    return (await send({ json: toolCall(name), headers: await bearer() })).status === 200
  }
  test.each([
    ["files_*", "files_read", true],
    ["files_*", "files_", true],
    ["files_*", "Files_read", false],
    ["files_*", "my_files_read", false],
    ["*_read", "files_read", true],
    ["*_read", "files_read_", false],
    ["a*b*c", "a/x/b-c", true],
    ["a*b*c", "acb", false],
    ["*", "anything\nat all", true],
    ["files.read", "filesXread", false],
    ["**", "x", true],
  ])("%s and %j: %s", async (pattern, name, isMatch) => {
    expect(await allowed({ [pattern]: {} }, name)).toBe(isMatch)
  })

  test("all rules that match must be met, whatever their order", async () => {
    for (const rules of [
      { "files_*": { roles: ["Admin"] }, files_read: {} },
      { files_read: {}, "files_*": { roles: ["Admin"] } },
    ]) {
      expect(await allowed(rules, "files_read")).toBe(false)
    }
  })

  test("take no longer the more wildcards there are", async () => {
    const { send } = endpoint({ policy: { tools: { [`${"*a".repeat(60)}b`]: { roles: ["x"] } } } })
    const before = performance.now()
    await send({ json: toolCall("a".repeat(2000)), headers: await bearer() })
    // A matcher that goes back over what it has tried would take years.
    expect(performance.now() - before).toBeLessThan(5000)
  })
})

describe("scopes that contain others", () => {
  const scopeHierarchy = { admin: ["mcp.write"], "mcp.write": ["mcp.read"], "mcp.read": ["admin2"] }
  const policy = { scopeHierarchy, tools: { read: { scopes: ["mcp.read"] } } }
  test.each([
    ["admin", 200],
    ["mcp.write", 200],
    ["mcp.read", 200],
    ["admin2", 403],
    ["constructor", 403],
  ])("a token with %s: %i", async (scope, status) => {
    const { send } = endpoint({ policy })
    const response = await send({ json: toolCall("read"), headers: await bearer({ scope }) })
    expect(response.status).toBe(status)
  })

  test("count for what every token must have too", async () => {
    const { send } = endpoint({ policy, requireScopes: ["mcp.read"] })
    const headers = await bearer({ scope: "admin" })
    expect((await send({ json: ping, headers })).status).toBe(200)
    expect((await send({ json: ping, headers: await bearer({ scope: "x" }) })).status).toBe(403)
  })

  test("may go in a circle", async () => {
    const { send } = endpoint({
      policy: { ...policy, scopeHierarchy: { a: ["b"], b: ["a", "mcp.read"] } },
    })
    const headers = await bearer({ scope: "a" })
    expect((await send({ json: toolCall("read"), headers })).status).toBe(200)
  })
})

test("no JSON body gets a protected call past its policy or makes the guard fail", async () => {
  const { send, served } = endpoint({ policy })
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

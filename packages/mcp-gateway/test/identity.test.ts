import { IdentityProviderError } from "@doorward/oauth-core"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { IdentityOptions } from "../src/index.ts"
import { assertionSigner, verifyAssertion } from "./support/assertion-signer.ts"
import { forwarding } from "./support/forwarding.ts"
import { type GuardedOptions, toolCall } from "./support/guarded-backend.ts"
import { answerJson, httpServer } from "./support/http-server.ts"

const hello = toolCall("hello")
const alice = {
  name: "Zoë Müller, 100%",
  email: "zoë@example.com",
  tenantId: "t-1",
  roles: ["Admin", "a,b"],
  groups: ["g-1", "g-2"],
}

/** A gateway that tells a server who calls, and the headers that the server got. */
async function telling(identity: IdentityOptions, guard: GuardedOptions = { identity: alice }) {
  const server = await httpServer((response) => answerJson(response))
  const gateway = await forwarding(server.url, { identity }, guard)
  const headers = () => server.received.at(-1)!.headers
  const told = () => {
    const own = Object.entries(headers()).filter(([name]) => name.startsWith("x-doorward-"))
    return Object.fromEntries(own.map(([name, value]) => [name, String(value)]))
  }
  return { ...gateway, server, headers, told }
}

describe("identity.headers", () => {
  test("say who calls, encoded so that any URL decoder reads them", async () => {
    const { post, told } = await telling({ headers: true })
    await post(hello, { headers: { "x-doorward-subject": "eve", "x-doorward-admin": "yes" } })
    expect(told()).toEqual({
      "x-doorward-subject": "alice",
      "x-doorward-email": "zo%C3%AB@example.com",
      "x-doorward-name": "Zo%C3%AB%20M%C3%BCller,%20100%25",
      "x-doorward-tenant": "t-1",
      "x-doorward-roles": "Admin,a%2Cb",
      "x-doorward-groups": "g-1,g-2",
      "x-doorward-client": "client-1",
      "x-doorward-scopes": "mcp.read,mcp.write",
    })
    expect(decodeURIComponent(told()["x-doorward-name"]!)).toBe(alice.name)
    expect(told()["x-doorward-roles"]!.split(",").map(decodeURIComponent)).toEqual(alice.roles)
  })

  test("what the caller has none of sends no header", async () => {
    const { post, told } = await telling({ headers: true }, { identity: { name: "" } })
    await post(hello)
    expect(Object.keys(told())).toEqual([
      "x-doorward-subject",
      "x-doorward-client",
      "x-doorward-scopes",
    ])
  })

  test("come from the token's claims where there is no proxy", async () => {
    const { post, told } = await telling({ headers: true }, {})
    const claims = { name: "Bob", email: "b@example.com", tid: "t", roles: ["R", 1], groups: "x" }
    await post(hello, { claims: { sub: "bob", ...claims } })
    expect(told()).toMatchObject({
      "x-doorward-subject": "bob",
      "x-doorward-name": "Bob",
      "x-doorward-email": "b@example.com",
      "x-doorward-tenant": "t",
      "x-doorward-roles": "R",
    })
    expect(told()).not.toHaveProperty("x-doorward-groups")
  })

  test.for(["a\r\nx-admin: 1", "\u0000", "\ud800", "\u007f", "%0d%0a"])(
    "no value breaks a header: %j",
    async (name) => {
      const { post, told, headers } = await telling({ headers: true }, { identity: { name } })
      expect((await post(hello)).status).toBe(200)
      expect(decodeURIComponent(told()["x-doorward-name"]!)).toBe(name.toWellFormed())
      expect(headers()).not.toHaveProperty("x-admin")
    },
  )

  test("a list that is too long is not cut off but missing, and named", async () => {
    const groups = Array.from({ length: 200 }, () => crypto.randomUUID())
    const { post, told } = await telling({ headers: true }, { identity: { ...alice, groups } })
    await post(hello)
    expect(told()).not.toHaveProperty("x-doorward-groups")
    expect(told()).toMatchObject({ "x-doorward-overage": "Groups", "x-doorward-tenant": "t-1" })
  })

  test("none are sent if none were asked for", async () => {
    const { post, told } = await telling({})
    await post(hello, { headers: { "x-doorward-subject": "eve" } })
    expect(told()).toEqual({})
  })
})

describe("identity.assertion", () => {
  test("says who calls, for this backend", async () => {
    const { post, headers, server } = await telling({ assertion: { proxy: assertionSigner() } })
    await post(hello, { headers: { "x-doorward-assertion": "forged" } })
    const claims = await verifyAssertion(headers()["x-doorward-assertion"], server.url)
    expect(claims).toMatchObject({
      sub: "alice",
      client_id: "client-1",
      email: alice.email,
      name: alice.name,
      tenant: "t-1",
      roles: alice.roles,
      groups: alice.groups,
      scope: "mcp.read mcp.write",
    })
  })

  test("goes to the audience and in the header that were chosen", async () => {
    const assertion = { proxy: assertionSigner(), audience: "files", header: "Authorization" }
    const { post, headers } = await telling({ assertion })
    await post(hello)
    const [scheme, token] = headers().authorization!.split(" ")
    expect(scheme).toBe("Bearer")
    expect(await verifyAssertion(token, "files")).toMatchObject({ sub: "alice" })
  })

  test("is signed once for a caller, and again after 30 seconds", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    onTestFinished(() => void vi.useRealTimers())
    const proxy = assertionSigner()
    const { post } = await telling({ assertion: { proxy } })
    await Promise.all([post(hello), post(hello), post(hello)])
    expect(proxy.signed).toBe(1)
    await post(hello, { claims: { sub: "bob" } })
    await post(hello, { claims: { client_id: "client-2" } })
    await post(hello, { claims: { scope: "mcp.read" } })
    expect(proxy.signed).toBe(4)
    // Another token of the same caller may live longer, and so may what is exchanged for it.
    await post(hello, { claims: { jti: "another" } })
    expect(proxy.signed).toBe(5)
    vi.setSystemTime(Date.now() + 29_000)
    await post(hello)
    expect(proxy.signed).toBe(5)
    vi.setSystemTime(Date.now() + 2_000)
    await post(hello)
    expect(proxy.signed).toBe(6)
  })

  test("is not sent again if it lasts for less than 30 seconds", async () => {
    const proxy = assertionSigner(29)
    const { post } = await telling({ assertion: { proxy } })
    await post(hello)
    await post(hello)
    expect(proxy.signed).toBe(2)
  })

  test("that cannot be signed stops the request, and is tried again", async () => {
    let isAway = true
    const signer = assertionSigner()
    const proxy = {
      signAssertion: (assertion: Parameters<typeof signer.signAssertion>[0]) =>
        isAway ? Promise.reject(new Error("no store")) : signer.signAssertion(assertion),
    }
    const { post, events, server } = await telling({ assertion: { proxy } })
    expect((await post(hello)).status).toBe(503)
    expect(server.received).toEqual([])
    expect(events).toMatchObject([{ failure: "assertion", status: 503 }])
    isAway = false
    expect((await post(hello)).status).toBe(200)
  })

  test("names a list that is too long instead of cutting it off", async () => {
    const groups = Array.from({ length: 200 }, () => crypto.randomUUID())
    const identity: IdentityOptions = { assertion: { proxy: assertionSigner() } }
    const { post, headers, server } = await telling(identity, { identity: { ...alice, groups } })
    await post(hello)
    const claims = await verifyAssertion(headers()["x-doorward-assertion"], server.url)
    expect(claims).toMatchObject({ overage: ["groups"], roles: alice.roles })
    expect(claims).not.toHaveProperty("groups")
  })
})

describe("identity.upstreamToken", () => {
  const upstreamToken = async (scopes: readonly string[]) => ({
    accessToken: `token-for-${scopes.join("+")}`,
    expiresAt: Date.now() + 60_000,
    scopes,
  })

  test.for([
    [undefined, "authorization", "Bearer token-for-User.Read+Mail.Read"],
    ["X-Graph-Token", "x-graph-token", "token-for-User.Read+Mail.Read"],
  ] as const)("is sent in %s", async ([header, name, value]) => {
    const scopes = ["User.Read", "Mail.Read"]
    const { post, headers } = await telling(
      { upstreamToken: { scopes, header } },
      { upstreamToken },
    )
    await post(hello)
    expect(headers()[name]).toBe(value)
  })

  test.for([
    [new IdentityProviderError("unavailable", "x", "x"), 503, "upstream_unavailable"],
    [new Error("store away"), 503, "upstream_unavailable"],
    [new IdentityProviderError("denied", "x", "x"), 502, "upstream_token"],
    [new IdentityProviderError("operator", "x", "x"), 502, "upstream_token"],
  ] as const)("that there is none of stops the request: %s", async ([error, status, failure]) => {
    const guard = { upstreamToken: () => Promise.reject(error) }
    const { post, events, server } = await telling({ upstreamToken: { scopes: ["a"] } }, guard)
    const response = await post(hello)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { code: -32000 }, id: 1 })
    expect(events).toMatchObject([{ failure, status }])
    expect(server.received).toEqual([])
  })

  test("that needs claims makes the client sign in again with them", async () => {
    const claims = JSON.stringify({ access_token: { acrs: { value: "c1" } } })
    const error = new IdentityProviderError("interaction_required", "x", "x", { claims })
    const guard = { upstreamToken: () => Promise.reject(error) }
    const { post } = await telling({ upstreamToken: { scopes: ["a"] } }, guard)
    const response = await post(hello)
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toContain(btoa(claims))
  })

  test("is none without a proxy", async () => {
    const { post, events } = await telling({ upstreamToken: { scopes: ["a"] } }, {})
    expect((await post(hello)).status).toBe(502)
    expect(events).toMatchObject([{ failure: "upstream_token" }])
  })
})

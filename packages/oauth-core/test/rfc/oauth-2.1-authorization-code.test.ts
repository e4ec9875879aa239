import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { createFixture, redirectUri, verifier } from "../support/fixture.ts"
import { interferingStore } from "../support/interfering-store.ts"

type Fixture = ReturnType<typeof createFixture>
const minute = 60 * 1000

async function withCode(more: Record<string, string | undefined> = {}, server = createFixture()) {
  const clientId = await server.registerPublic()
  const code = (await server.authorize(clientId, more)).get("code") ?? ""
  return { server, clientId, code }
}
const endings = ({ events }: Fixture) =>
  events.flatMap((event) => (event.type === "grant.ended" ? [event.cause] : []))

describe("a code (§4.1.2)", () => {
  it("cannot be guessed, and each is different", async () => {
    const [a, b] = [await withCode(), await withCode()]
    expect(a.code).toMatch(/^[\w-]{43}$/)
    expect(a.code).not.toBe(b.code)
  })

  it.each([
    [minute - 1, 200],
    [minute, 400],
  ])("lives for a minute: after %i ms the status is %i", async (milliseconds, status) => {
    const { server, clientId, code } = await withCode()
    server.advance(milliseconds)
    expect((await server.redeem(clientId, code)).status).toBe(status)
  })

  it("does not live longer if the store keeps it too long, because its expiry is sealed into it", async () => {
    const memory = memoryStore({ now: () => 0 })
    const endless: Store = {
      ...memory,
      put: (key, value) => memory.put(key, value, new Date(1)),
      swap: (key, expected, next) => memory.swap(key, expected, next, new Date(1)),
    }
    const { server, clientId, code } = await withCode({}, createFixture({ store: endless }))
    server.advance(minute)
    expect((await server.redeem(clientId, code)).body.error).toBe("invalid_grant")
  })

  it("belongs to its client: another client can neither redeem it nor use it up", async () => {
    const { server, clientId, code } = await withCode()
    const { status, body } = await server.redeem(await server.registerPublic(), code)
    expect([status, body.error, server.reasons()]).toEqual([
      400,
      "invalid_grant",
      ["code_of_another_client"],
    ])
    expect((await server.redeem(clientId, code)).status).toBe(200)
  })

  it("is bound to its redirect URI if the client sends one (§10.2)", async () => {
    const { server, clientId, code } = await withCode()
    const other = { redirect_uri: "https://client.example.com/other" }
    expect((await server.redeem(clientId, code, other)).body.error).toBe("invalid_grant")
    expect(server.reasons()).toEqual(["redirect_uri_mismatch"])
    expect((await server.redeem(clientId, code)).status).toBe(200)
  })

  it("may be redeemed without a redirect URI, as OAuth 2.1 clients do (§10.2)", async () => {
    const { server, clientId, code } = await withCode()
    expect((await server.redeem(clientId, code, { redirect_uri: "" })).status).toBe(200)
  })

  it("may be redeemed with the registered redirect URI if its request had none", async () => {
    for (const sent of [redirectUri, ""]) {
      const { server, clientId, code } = await withCode({ redirect_uri: undefined })
      expect((await server.redeem(clientId, code, { redirect_uri: sent })).status).toBe(200)
    }
  })
})

describe("a code that was redeemed (§7.5)", () => {
  it("ends its grant when it is redeemed again", async () => {
    const { server, clientId, code } = await withCode()
    const { body } = await server.redeem(clientId, code)
    server.advance(9 * minute)
    const again = await server.redeem(clientId, code)
    expect([again.status, again.body.error]).toEqual([400, "invalid_grant"])
    expect(endings(server)).toEqual(["code_replayed"])
    expect((await server.refresh(clientId, body.refresh_token)).status).toBe(400)
    await expect(server.verify(body.access_token)).rejects.toMatchObject({ code: "inactive" })
  })

  it("ends nothing if the replay is invalid: another client, verifier or redirect URI", async () => {
    const { server, clientId, code } = await withCode()
    const { body } = await server.redeem(clientId, code)
    await server.redeem(await server.registerPublic(), code)
    await server.redeem(clientId, code, { code_verifier: "w".repeat(43) })
    await server.redeem(clientId, code, { redirect_uri: "https://client.example.com/other" })
    expect(endings(server)).toEqual([])
    expect((await server.refresh(clientId, body.refresh_token)).status).toBe(200)
  })

  it("is answered once if it is redeemed 20 times at once, and then its grant ends", async () => {
    const { server, clientId, code } = await withCode()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.redeem(clientId, code)),
    )
    const good = answers.filter(({ status }) => status === 200)
    expect(good).toHaveLength(1)
    expect(endings(server)).toEqual(["code_replayed"])
    const token = good[0]?.body.refresh_token ?? ""
    expect((await server.refresh(clientId, token)).status).toBe(400)
  })
})

describe("a redemption that fails halfway uses nothing up", () => {
  function interfered() {
    const interference = interferingStore(() => server.now())
    const server: Fixture = createFixture({ store: interference.store })
    return { server, interference }
  }

  it.each([
    ["swap", "grant"],
    ["swap", "client"],
    ["swap", "code"],
    ["get", "code"],
    ["get", "keys"],
  ] as const)("at the %s of the %s: 503, and again 200", async (operation, kind) => {
    const { server, interference } = interfered()
    const { clientId, code } = await withCode({}, server)
    interference.failNext(operation, kind)
    const failed = await server.redeem(clientId, code)
    expect(interference.happened()).toBe(true)
    expect([failed.status, failed.body.error]).toEqual([503, "temporarily_unavailable"])
    expect((await server.redeem(clientId, code)).status).toBe(200)
  })

  it("a code that expires in the meantime does not count as replayed", async () => {
    const { server, interference } = interfered()
    const { clientId, code } = await withCode({}, server)
    interference.next("swap", "code", () => server.advance(minute))
    expect((await server.redeem(clientId, code)).body.error).toBe("invalid_grant")
    expect([server.reasons(), endings(server)]).toEqual([["code_unknown"], []])
  })
})

describe("before the redirect target is trusted, errors are shown (§4.1.2.1)", () => {
  const clients = [{ clientId: "own", redirectUris: [redirectUri] }]
  const own = (server: Fixture, more: Record<string, string | undefined> = {}) =>
    server.authorizationUrl("own", more)

  it.each<[string, (server: Fixture) => string, string]>([
    ["an unknown client", (server) => server.authorizationUrl("nobody"), "unknown_client"],
    ["no client", (server) => server.authorizationUrl(""), "missing_parameter"],
    ["two clients", (server) => `${own(server)}&client_id=other`, "repeated_parameter"],
    [
      "an unregistered redirect URI",
      (server) => own(server, { redirect_uri: "https://evil.example/" }),
      "redirect_uri_mismatch",
    ],
    [
      "two redirect URIs",
      (server) => `${own(server)}&redirect_uri=https://evil.example/`,
      "repeated_parameter",
    ],
    ["two states", (server) => `${own(server)}&state=x`, "repeated_parameter"],
    [
      "a client_id of 10 KB",
      (server) => server.authorizationUrl("x".repeat(10_000)),
      "unknown_client",
    ],
    [
      "a query of 17 KB",
      (server) => own(server, { state: "x".repeat(17_000) }),
      "request_too_large",
    ],
  ])("%s", async (_, url, reason) => {
    const server = createFixture({ clients })
    const response = await server.request(url(server), { headers: { accept: "text/html,*/*" } })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(response.headers.get("location")).toBeNull()
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(response.headers.get("content-type")).toMatch(/^text\/html/)
    expect(await response.text()).not.toContain("href")
    expect(server.reasons()).toEqual([reason])
  })

  it.each([
    ["text/html,application/xhtml+xml", /^text\/html/, "remove this server and add it again"],
    ["application/json", /^application\/json/, "https://mcp.example.com/register"],
    ["*/*", /^application\/json/, "https://mcp.example.com/register"],
    ["", /^application\/json/, "https://mcp.example.com/register"],
  ])(
    "as a page or as JSON, depending on Accept (%s), saying what to do",
    async (accept, type, whatToDo) => {
      const server = createFixture()
      const response = await server.request(server.authorizationUrl("nobody"), {
        headers: { accept },
      })
      expect(response.status).toBe(400)
      expect(response.headers.get("content-type")).toMatch(type)
      expect(await response.text()).toContain(whatToDo)
    },
  )

  it("a client_id that is the callback, a URL or the upstream's own id is unknown", async () => {
    const server = createFixture()
    for (const clientId of [
      "https://mcp.example.com/auth/callback",
      "http://a.example",
      "upstream",
    ]) {
      const response = await server.request(server.authorizationUrl(clientId))
      expect(response.status).toBe(400)
    }
  })
})

describe("after that, they are redirected (§4.1.2.1)", () => {
  const cases: [string, Record<string, string | undefined>, string][] = [
    ["no response type", { response_type: undefined }, "invalid_request"],
    ["response_type token", { response_type: "token" }, "unsupported_response_type"],
    [
      "response_type code id_token",
      { response_type: "code id_token" },
      "unsupported_response_type",
    ],
    ["response_mode fragment", { response_mode: "fragment" }, "invalid_request"],
    ["response_mode form_post", { response_mode: "form_post" }, "invalid_request"],
    ["a request object", { request: "e30.e30." }, "request_not_supported"],
    ["a registration", { registration: "{}" }, "registration_not_supported"],
    ["an unknown scope", { scope: "read admin" }, "invalid_scope"],
    ["a malformed scope", { scope: "read  write" }, "invalid_scope"],
    ["a scope with a quote", { scope: 'read"' }, "invalid_scope"],
  ]
  it.each(cases)("%s", async (_, more, error) => {
    const server = createFixture()
    const loopback = "http://127.0.0.1/callback"
    const clientId = await server.registerPublic({ redirect_uris: [loopback] })
    const url = server.authorizationUrl(clientId, { redirect_uri: loopback, ...more })
    const response = await server.request(url, { headers: { accept: "text/html" } })
    expect(response.status).toBe(302)
    const location = new URL(response.headers.get("location") ?? "")
    expect(location.href.startsWith(`${loopback}?`)).toBe(true)
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error,
      state: "client-state",
    })
  })

  it("a repeated parameter, unless it is the client, the redirect URI or the state", async () => {
    const server = createFixture({ clients: [{ clientId: "own", redirectUris: [redirectUri] }] })
    const response = await server.request(`${server.authorizationUrl("own")}&nonce=a&nonce=b`)
    const answer = new URL(response.headers.get("location") ?? "x:").searchParams
    expect([answer.get("error"), answer.get("state")]).toEqual(["invalid_request", "client-state"])
  })

  it.each([
    ["a client's https URI, which anybody may have registered", redirectUri, "registered", 400],
    ["loopback", "http://127.0.0.1/callback", "registered", 302],
    ["a private-use scheme", "cursor://callback", "registered", 302],
    ["a URI that the operator configured", redirectUri, "static", 302],
  ])(
    "automatically only where no stranger can receive them: %s",
    async (_, uri, source, status) => {
      const server = createFixture({ clients: [{ clientId: "own", redirectUris: [redirectUri] }] })
      const clientId =
        source === "static" ? "own" : await server.registerPublic({ redirect_uris: [uri] })
      const url = server.authorizationUrl(clientId, { redirect_uri: uri, scope: "admin" })
      const response = await server.request(url, { headers: { accept: "text/html" } })
      expect(response.status).toBe(status)
      expect(response.headers.get("location") === null).toBe(status === 400)
    },
  )
})

describe("the request (§4.1.1)", () => {
  const scopesAsked = async (scope: string | undefined) => {
    const { server, clientId, code } = await withCode({ scope })
    return (await server.redeem(clientId, code)).body.scope
  }

  it.each([
    [undefined, "read write"],
    ["", "read write"],
    ["read", "read"],
    ["write read", "write read"],
    ["read read", "read"],
    ["openid profile email offline_access", "read write"],
    ["openid read offline_access", "read"],
  ])("scope %s means %s", async (asked, granted) => {
    expect(await scopesAsked(asked)).toBe(granted)
  })

  it("OIDC's scopes are not sent upstream for the client", async () => {
    const { server } = await withCode({ scope: "openid read offline_access" })
    expect(server.upstream.authorizations[0]?.scopes).toEqual(["read"])
  })

  it("may be posted", async () => {
    const server = createFixture()
    const url = new URL(server.authorizationUrl(await server.registerPublic()))
    const response = await server.post("/authorize", url.searchParams, { accept: "text/html" })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain("Test client")
  })

  it("may have unknown and empty parameters", async () => {
    const { code } = await withCode({ nonce: "n", acr_values: "x", max_age: "1", registration: "" })
    expect(code).not.toBe("")
  })

  it("writes nothing before a person has approved", async () => {
    const interference = interferingStore(() => server.now())
    const server: Fixture = createFixture({ store: interference.store })
    const clientId = await server.registerPublic()
    const keys = async () => {
      const found: string[] = []
      for await (const key of interference.store.scan("")) found.push(key)
      return found
    }
    const before = await keys()
    for (const more of [{}, { scope: "admin" }, { prompt: "none" }]) {
      await server.browser().open(server.authorizationUrl(clientId, more))
    }
    expect(await keys()).toEqual(before)
  })
})

describe("redirects (§7.5)", () => {
  it("are 303 after a POST, and never 307", async () => {
    const server = createFixture()
    const browser = server.browser()
    const consent = await browser.open(server.authorizationUrl(await server.registerPublic()))
    const upstream = await consent.submit("approve")
    expect(upstream.hops.map(({ method, status }) => [method, status])).toEqual([
      ["POST", 303],
      ["GET", 200],
    ])
    const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    expect(back.hops.map(({ status }) => status)).toEqual([302])
  })

  it("after a failed POST are 303 too", async () => {
    const server = createFixture({ clients: [{ clientId: "own", redirectUris: [redirectUri] }] })
    const url = new URL(server.authorizationUrl("own", { scope: "admin" }))
    const response = await server.post("/authorize", url.searchParams)
    expect(response.status).toBe(303)
  })
})

it("the token response contains the scopes that the provider granted, not the requested ones", async () => {
  const server = createFixture()
  server.upstream.onRedeem = (request) => ({
    identity: { issuer: "https://login.test", subject: "a", roles: [], groups: [], claims: {} },
    tokens: { accessToken: "a", expiresAt: server.now() + 1000, scopes: ["read"] },
    scopes: request.scopes.filter((scope) => scope === "read"),
  })
  const clientId = await server.registerPublic()
  const code = (await server.authorize(clientId)).get("code") ?? ""
  const { body } = await server.redeem(clientId, code, { code_verifier: verifier })
  expect(body.scope).toBe("read")
})

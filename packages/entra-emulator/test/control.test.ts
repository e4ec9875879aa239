import { createRemoteJWKSet, customFetch, jwtVerify } from "jose"
import { describe, expect, it } from "vitest"
import {
  type ControlCommand,
  createEntraEmulator,
  defaultApp,
  type FaultInput,
} from "../src/index.ts"
import { claimsOf, headerOf, RelyingParty, signInScope } from "./relying-party.ts"

const bob = "bob@contoso.example"

function fail(rp: RelyingParty, fault: FaultInput) {
  rp.emulator.control({ action: "fail", fault })
}

describe("faults", () => {
  it("fail as many requests as ordered, and no others", async () => {
    const rp = new RelyingParty()
    fail(rp, { endpoint: "token", grantType: "refresh_token", code: 50173, times: 2 })
    const { refresh_token } = await rp.tokens()
    for (let count = 0; count < 2; count++) {
      const { status, body } = await rp.refresh(refresh_token)
      expect(status).toBe(400)
      expect(body).toMatchObject({ error: "invalid_grant", error_codes: [50173] })
    }
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  it("last until recover if they have no number of times", async () => {
    const rp = new RelyingParty({ faults: [{ endpoint: "token", status: 503, retryAfter: 30 }] })
    const url = `${rp.emulator.baseUrl}/${rp.tenant}/oauth2/v2.0/token`
    const ask = () => rp.emulator.fetch(new Request(url, { method: "POST" }))
    for (let count = 0; count < 3; count++) {
      const answer = await ask()
      expect(answer.status).toBe(503)
      expect(answer.headers.get("retry-after")).toBe("30")
      expect(answer.headers.get("content-type")).toContain("text/html")
    }
    rp.emulator.control({ action: "recover" })
    expect((await ask()).status).toBe(400)
  })

  it("at the authorization endpoint are sent to the application", async () => {
    const rp = new RelyingParty()
    fail(rp, { endpoint: "authorize", code: 90033, times: 1 })
    await rp.browser.open(rp.authorizeUrl())
    const answer = rp.browser.location?.searchParams
    expect(answer?.get("error")).toBe("temporarily_unavailable")
    expect(answer?.get("state")).toBe("af0ifjsldkj")
  })

  it("with an AADSTS code are JSON with the status of that code", async () => {
    const rp = new RelyingParty()
    fail(rp, { endpoint: "token", code: 50000, times: 1 })
    const { status, body } = await rp.redeem("code")
    expect(status).toBe(500)
    expect(body).toMatchObject({ error: "server_error", error_codes: [50000] })
  })

  it("of a missing second factor have claims", async () => {
    const rp = new RelyingParty()
    fail(rp, { endpoint: "token", code: 50076 })
    const { body } = await rp.redeem("code")
    expect(JSON.parse(String(body.claims))).toHaveProperty("access_token.capolids")
  })

  it.each([
    ["discovery", "/common/v2.0/.well-known/openid-configuration"],
    ["keys", "/common/discovery/v2.0/keys"],
    ["graph", "/v1.0/me"],
    ["managed-identity", "/metadata/identity/oauth2/token"],
  ] as const)("make requests to %s fail", async (endpoint, path) => {
    const rp = new RelyingParty()
    fail(rp, { endpoint, status: 500, times: 1 })
    const url = new URL(path, rp.emulator.baseUrl)
    expect((await rp.emulator.fetch(new Request(url))).status).toBe(500)
    expect((await rp.emulator.fetch(new Request(url))).status).not.toBe(500)
  })

  it("may hang until the caller gives up", async () => {
    const rp = new RelyingParty()
    fail(rp, { endpoint: "token", hang: true, times: 1 })
    const abort = new AbortController()
    const url = `${rp.emulator.baseUrl}/${rp.tenant}/oauth2/v2.0/token`
    const request = new Request(url, { method: "POST", signal: abort.signal })
    const answer = rp.emulator.fetch(request)
    const first = await Promise.race([answer, new Promise((resolve) => setImmediate(resolve))])
    expect(first).toBeUndefined()
    abort.abort(new Error("gave up"))
    await expect(answer).rejects.toThrow("gave up")
  })

  it("fail in exactly one way, which must be known", () => {
    const { control } = createEntraEmulator()
    const bad = [
      { endpoint: "token" },
      { endpoint: "token", code: 50173, status: 500 },
      { endpoint: "token", code: 12345 },
      { endpoint: "nowhere", status: 500 },
      { endpoint: "graph", code: 50173 },
    ]
    for (const fault of bad) {
      expect(() => control({ action: "fail", fault: fault as FaultInput })).toThrow()
    }
  })
})

describe("key rollover", () => {
  const keysOf = (rp: RelyingParty) => {
    const url = new URL(`${rp.emulator.baseUrl}/${rp.tenant}/discovery/v2.0/keys`)
    return createRemoteJWKSet(url, {
      [customFetch]: (input: string) => rp.emulator.fetch(new Request(input)),
    })
  }
  const verify = (rp: RelyingParty, token: string, keys = keysOf(rp)) =>
    jwtVerify(token, keys, { currentDate: new Date(rp.clock.now) })

  it("signs with a key that nobody has seen; old tokens still verify", async () => {
    const rp = new RelyingParty()
    const before = await rp.tokens()
    rp.emulator.control({ action: "rotate-keys" })
    const after = await rp.tokens()
    expect(headerOf(after.access_token).kid).not.toBe(headerOf(before.access_token).kid)
    await verify(rp, before.access_token)
    await verify(rp, after.access_token)
  })

  it("may withdraw the old keys", async () => {
    const rp = new RelyingParty()
    const before = await rp.tokens()
    rp.emulator.control({ action: "rotate-keys", withdrawOld: true })
    await expect(verify(rp, before.access_token)).rejects.toThrow("no applicable key")
    await verify(rp, (await rp.tokens()).access_token)
  })
})

describe("commands", () => {
  it("change users, and reset undoes everything", async () => {
    const rp = new RelyingParty()
    const { control } = rp.emulator
    control({
      action: "put-user",
      user: {
        id: "1f0e4a58-6f43-4c8e-9a5a-1d2f3c4b5a69",
        tenantId: rp.tenant,
        username: "zoe@contoso.example",
        name: "Zoë",
      },
    })
    const roles = { [defaultApp.clientId]: ["Tools.Admin"] }
    control({ action: "update-user", username: bob, changes: { roles, name: "Bob B" } })
    expect(claimsOf((await rp.tokens(bob)).id_token)).toMatchObject({
      name: "Bob B",
      roles: ["Tools.Admin"],
    })
    const zoe = { prompt: "login" }
    expect(claimsOf((await rp.tokens("zoe@contoso.example", zoe)).id_token).name).toBe("Zoë")
    control({ action: "advance-clock", seconds: 3600 })
    expect(claimsOf((await rp.tokens(bob, zoe)).id_token).iat).toBe(rp.clock.now / 1000 + 3600)
    control({ action: "reset" })
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.type("username", "zoe@contoso.example")
    expect(rp.browser.page.text).toContain("AADSTS50034: ")
    const again = claimsOf((await rp.tokens(bob)).id_token)
    expect(again).toMatchObject({ name: "Bob Lindqvist", iat: rp.clock.now / 1000 })
  })

  it("add registrations and tenants", async () => {
    const rp = new RelyingParty()
    const tenantId = "2d7a1f3c-5b6e-4c8d-9e0f-1a2b3c4d5e6f"
    const clientId = "3e8b2a4d-6c7f-4d9e-8f10-2b3c4d5e6f70"
    rp.emulator.control({
      action: "put-tenant",
      tenant: { id: tenantId, domains: ["tailspin.example"], name: "Tailspin" },
    })
    rp.emulator.control({
      action: "put-app",
      app: { clientId, name: "App", tenantId, redirectUris: [rp.redirectUri], secrets: ["s"] },
    })
    rp.emulator.control({
      action: "put-user",
      user: { id: tenantId, tenantId, username: "t@tailspin.example", name: "T" },
    })
    rp.tenant = "tailspin.example"
    rp.client = { client_id: clientId, client_secret: "s" }
    const { id_token } = await rp.tokens("t@tailspin.example", { scope: "openid User.Read" })
    expect(claimsOf(id_token).tid).toBe(tenantId)
  })

  it("grant consent for one user, who then sees no permission page", async () => {
    const rp = new RelyingParty()
    const { clientId } = defaultApp
    const oidc = ["openid", "profile", "email", "offline_access"]
    rp.emulator.control({ action: "grant-consent", clientId, username: bob, scopes: oidc })
    const own = { resource: clientId, scopes: ["access_as_user"], username: bob }
    rp.emulator.control({ action: "grant-consent", clientId, ...own })
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("username", bob)
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
    await rp.browser.open(rp.authorizeUrl({ prompt: "login" }))
    await rp.browser.press("username", "alice@contoso.example")
    expect(rp.browser.page.title).toBe("Permissions requested")
  })

  it("are refused if they name something that does not exist", () => {
    const { control } = createEntraEmulator()
    const { clientId } = defaultApp
    const bad: ControlCommand[] = [
      { action: "revoke-sessions", username: "nobody" },
      { action: "update-user", username: "nobody", changes: {} },
      { action: "remove-user", username: "nobody" },
      { action: "update-app", clientId: "nothing", changes: {} },
      { action: "update-tenant", id: "nothing", changes: {} },
      { action: "grant-consent", clientId, scopes: ["Nothing.Read"] },
    ]
    for (const command of bad) expect(() => control(command)).toThrow()
    const typo = { action: "update-user", username: bob, changes: { disbled: true } }
    expect(() => control(typo as ControlCommand)).toThrow("disbled")
  })
})

describe("POST /_emulator", () => {
  const post = (rp: RelyingParty, body: string, headers: Record<string, string> = {}) =>
    rp.emulator.fetch(
      new Request(`${rp.emulator.baseUrl}/_emulator`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      }),
    )

  it("accepts the same commands", async () => {
    const rp = new RelyingParty()
    const { refresh_token } = await rp.tokens()
    const command = { action: "update-user", username: bob, changes: { disabled: true } }
    expect((await post(rp, JSON.stringify(command))).status).toBe(204)
    const { body } = await rp.refresh(refresh_token, { scope: signInScope })
    expect(body.error_codes).toEqual([50057])
  })

  it("says what is wrong with one", async () => {
    const rp = new RelyingParty()
    for (const body of ["nonsense", "{}", '{"action":"remove-user","username":"nobody"}']) {
      const answer = await post(rp, body)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toEqual({ error: expect.any(String) })
    }
  })

  it("names the nearest option", async () => {
    const rp = new RelyingParty()
    const command = { action: "update-user", username: bob, changes: { disbled: true } }
    expect(await (await post(rp, JSON.stringify(command))).json()).toEqual({
      error:
        'control({ action: "update-user" }): changes.disbled is not an option; did you mean changes.disabled?',
    })
  })

  it("refuses pages of other origins", async () => {
    const rp = new RelyingParty()
    const body = '{"action":"reset"}'
    expect((await post(rp, body, { origin: "https://evil.example" })).status).toBe(403)
    expect((await post(rp, body, { "content-type": "text/plain" })).status).toBe(415)
    const preflight = await rp.emulator.fetch(
      new Request(`${rp.emulator.baseUrl}/_emulator`, { method: "OPTIONS" }),
    )
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull()
  })
})

import type { HeadlessBrowser, Page } from "@doorward/headless-browser"
import { beforeEach, describe, expect, test } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

/**
 * The "Confused Deputy" attacks of the MCP security best practices: the upstream knows only one client,
 * ours, and may have an active session, so it may sign people in without asking.
 */
const evil = "https://evil.example"
const evilUri = `${evil}/callback`

let server: ReturnType<typeof createFixture>
let clientId: string
let evilClientId: string
let victim: HeadlessBrowser

beforeEach(async () => {
  server = createFixture({
    consent: "remember",
    resources: [
      { resource: "https://mcp.example.com/mcp" },
      { resource: "https://mcp.example.com/other" },
    ],
  })
  clientId = await server.registerPublic({ redirect_uris: [redirectUri, `${redirectUri}/second`] })
  evilClientId = await server.registerPublic({
    client_name: "Test client",
    redirect_uris: [evilUri],
  })
  victim = server.browser()
})

const resource = "https://mcp.example.com/mcp"
const honestUrl = (more = {}) => server.authorizationUrl(clientId, { resource, ...more })
const evilUrl = (more = {}) =>
  server.authorizationUrl(evilClientId, { resource, redirect_uri: evilUri, ...more })

/** A person approves and remembers the honest client. Their upstream session is active from now on. */
async function signInAndRemember() {
  const consent = await victim.open(honestUrl())
  const upstream = await consent.submit("approve", { remember: "yes" })
  const back = await victim.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  expect(back.url.searchParams.get("code")).toBeTruthy()
  server.upstream.authorizations.length = 0
}

const wentUpstream = () => server.upstream.authorizations.length > 0
const isConsentPage = (page: Page) =>
  page.forms.some(({ buttons }) => buttons.some(({ value }) => value === "approve"))

describe("a client that the attacker registered", () => {
  test("gets no code without a click, even if the upstream session is active", async () => {
    await signInAndRemember()
    for (const prompt of [undefined, "login", "select_account", "consent"]) {
      const page = await victim.openFrom(evil, evilUrl({ prompt }))
      expect(isConsentPage(page)).toBe(true)
    }
    expect(wentUpstream()).toBe(false)
  })

  test("gets an error page for prompt=none, not a redirect to a stranger", async () => {
    await signInAndRemember()
    const page = await victim.openFrom(evil, evilUrl({ prompt: "none" }))
    expect(page.stopped).toBe(false)
    expect(page.status).toBe(400)
    expect(page.text).toContain("evil.example")
    expect(wentUpstream()).toBe(false)
  })

  test("cannot use the server as an open redirector", async () => {
    for (const broken of [
      { scope: "unknown" },
      { response_type: "token" },
      { resource: evil },
      { code_challenge: "x" },
    ]) {
      const page = await victim.openFrom(evil, evilUrl(broken))
      expect(page.hops).toHaveLength(1)
      expect(page.hops[0]?.location).toBeUndefined()
    }
    const elsewhere = await victim.openFrom(evil, honestUrl({ redirect_uri: evilUri }))
    expect(elsewhere.status).toBe(400)
    expect(elsewhere.text).not.toContain(`href="${evil}`)
  })
})

describe("a consent form that the attacker sends", () => {
  const consentUrl = "https://mcp.example.com/consent"

  /** The attacker opened the page too, in their own browser. */
  async function attackersForm(): Promise<Record<string, string>> {
    const page = await server.browser().open(evilUrl())
    const [field] = page.forms[0]!.fields
    return { [field!.name]: field!.value, decision: "approve" }
  }

  test("is refused from the attacker's site", async () => {
    await victim.open(evilUrl())
    const page = await victim.openFrom(evil, consentUrl, await attackersForm())
    expect(page.status).toBe(403)
    expect(server.reasons()).toEqual(["cross_origin_form"])
    expect(wentUpstream()).toBe(false)
  })

  test("is refused in the victim's browser even if it seems to come from our own page", async () => {
    await victim.open(evilUrl())
    const page = await victim.openFrom("https://mcp.example.com", consentUrl, await attackersForm())
    expect(page.status).toBe(400)
    expect(server.reasons()).toEqual(["consent_form_invalid"])
    expect(wentUpstream()).toBe(false)
  })

  test("is refused with the sealed request changed, cut, empty or missing", async () => {
    const consent = await victim.open(evilUrl())
    const sealed = consent.forms[0]!.fields[0]!.value
    const flipped = `${sealed.slice(0, -5)}${sealed.at(-5) === "A" ? "B" : "A"}${sealed.slice(-4)}`
    for (const request of [flipped, sealed.slice(0, 40), sealed.slice(1), "", "AAAA"]) {
      const page = await consent.submit("approve", { request })
      expect(page.status).toBe(400)
    }
    expect(wentUpstream()).toBe(false)
  })

  test("is refused without a valid decision", async () => {
    const consent = await victim.open(evilUrl())
    const { value: request } = consent.forms[0]!.fields[0]!
    for (const decision of [undefined, "", "yes", "APPROVE"]) {
      const form = { request, ...(decision === undefined ? {} : { decision }) }
      const page = await victim.openFrom("https://mcp.example.com", consentUrl, form)
      expect(page.status).toBe(400)
    }
    expect(wentUpstream()).toBe(false)
  })

  test("is refused when it has been open for more than 30 minutes", async () => {
    const consent = await victim.open(honestUrl())
    server.advance(30 * 60_000)
    expect((await consent.submit("approve")).status).toBe(400)
  })

  test("is refused by GET", async () => {
    const query = new URLSearchParams(await attackersForm())
    const page = await victim.open(`${consentUrl}?${query}`)
    expect(page.status).toBe(405)
    expect(wentUpstream()).toBe(false)
  })
})

describe("the callback", () => {
  async function atUpstream() {
    const upstream = await (await victim.open(honestUrl())).submit("approve")
    const state = upstream.url.searchParams.get("state")!
    return { state, url: server.callbackUrl(upstream, "alice") }
  }

  test("in another browser is refused, and the right browser can still finish", async () => {
    const { url } = await atUpstream()
    const attacker = server.browser()
    await (await attacker.open(evilUrl())).submit("approve")
    for (const wrong of [attacker, server.browser()]) {
      const page = await wrong.openFrom("https://login.test", url)
      expect(page.status).toBe(403)
      expect(page.stopped).toBe(false)
    }
    expect(server.reasons()).toEqual(["browser_mismatch", "browser_mismatch"])
    const back = await victim.openFrom("https://login.test", url)
    expect(back.url.searchParams.get("code")).toBeTruthy()
  })

  test("with the attacker's sign-in does not work in the victim's browser", async () => {
    const attacker = server.browser()
    const upstream = await (await attacker.open(honestUrl())).submit("approve")
    const page = await victim.openFrom(evil, server.callbackUrl(upstream, "mallory"))
    expect(page.status).toBe(403)
    expect(page.stopped).toBe(false)
  })

  test("is refused if it is replayed, because a state works once", async () => {
    const { url } = await atUpstream()
    await victim.openFrom("https://login.test", url)
    const again = await victim.openFrom("https://login.test", url)
    expect(again.status).toBe(403)
    expect(again.stopped).toBe(false)
  })

  test("is refused without a state, with two, with a made-up one, and after 10 minutes", async () => {
    const { url, state } = await atUpstream()
    const callback = "https://mcp.example.com/auth/callback"
    for (const query of [
      "",
      "?code=alice",
      `?code=alice&state=${state}&state=${state}`,
      "?code=alice&state=x",
    ]) {
      const page = await victim.openFrom("https://login.test", callback + query)
      expect([400, 403]).toContain(page.status)
      expect(page.stopped).toBe(false)
    }
    server.advance(10 * 60_000)
    expect((await victim.openFrom("https://login.test", url)).stopped).toBe(false)
  })

  test("gives one code if it is opened 10 times at once", async () => {
    const { url } = await atUpstream()
    const pages = await Promise.all(
      Array.from({ length: 10 }, () => victim.openFrom("https://login.test", url)),
    )
    const codes = pages.filter((page) => page.stopped && page.url.searchParams.has("code"))
    expect(codes).toHaveLength(1)
  })

  test("does not redirect to a redirect URI that the client has removed in the meantime", async () => {
    const { registration_access_token, client_id } = await server.register()
    const id = String(client_id)
    const upstream = await (await victim.open(server.authorizationUrl(id, { resource }))).submit(
      "approve",
    )
    await server.request(`/register/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${registration_access_token}` },
    })
    const page = await victim.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    expect(page.stopped).toBe(false)
    expect(page.status).toBe(400)
  })
})

describe("consent that is remembered", () => {
  beforeEach(signInAndRemember)

  test("covers the same request again, when the person goes there themselves", async () => {
    const page = await victim.open(honestUrl())
    expect(page.url.host).toBe("login.test")
    const back = await victim.openFrom("https://login.test", server.callbackUrl(page, "alice"))
    expect(back.url.searchParams.get("code")).toBeTruthy()
  })

  test.each([
    ["another client of the same name", () => evilUrl()],
    ["another redirect URI", () => honestUrl({ redirect_uri: `${redirectUri}/second` })],
    ["fewer scopes", () => honestUrl({ scope: "read" })],
    ["another resource", () => honestUrl({ resource: "https://mcp.example.com/other" })],
    ["a request for consent", () => honestUrl({ prompt: "consent" })],
  ])("does not cover %s", async (_, url) => {
    expect(isConsentPage(await victim.open(url()))).toBe(true)
    expect(wentUpstream()).toBe(false)
  })

  test("is not used when another site sends the browser", async () => {
    expect(isConsentPage(await victim.openFrom(evil, honestUrl()))).toBe(true)
    expect(wentUpstream()).toBe(false)
  })
})

describe("tokens", () => {
  test("an upstream token is refused at the resource", async () => {
    const { tokens } = await server.signIn({ resource })
    const granted = await server.verify(tokens.access_token)
    const upstream = await granted.upstreamToken([])
    await expect(server.verify(upstream.accessToken)).rejects.toMatchObject({ status: 401 })
  })

  test("access and refresh tokens are not interchangeable", async () => {
    const { clientId, tokens } = await server.signIn({ resource })
    await expect(server.verify(tokens.refresh_token)).rejects.toMatchObject({ status: 401 })
    expect((await server.refresh(clientId, tokens.access_token)).body.error).toBe("invalid_grant")
    expect((await server.redeem(clientId, tokens.refresh_token)).body.error).toBe("invalid_grant")
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  test("one resource's token is refused at another", async () => {
    const { tokens } = await server.signIn({ resource })
    const other = server.proxy.tokenVerifier("https://mcp.example.com/other")
    await expect(other.verify(tokens.access_token)).rejects.toMatchObject({ status: 401 })
  })

  test("no upstream token, nor anything that could decrypt one, reaches the client", async () => {
    const { tokens } = await server.signIn({ resource })
    const claims = Buffer.from(tokens.access_token.split(".")[1] ?? "", "base64url").toString()
    expect(JSON.stringify(tokens) + claims).not.toMatch(/upstream|alice/)
  })
})

import { describe, expect, test } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

const markup = `<img src=x onerror=alert(1)>"'><script>alert(1)</script>`

async function pages() {
  const server = createFixture({ consent: "remember", operator: markup })
  const { clientId } = await server.signIn()
  const browser = server.browser()
  const consent = await browser.open(server.authorizationUrl(clientId))
  const denied = await browser.open(server.authorizationUrl("nobody"))
  const linked = await browser.open(server.authorizationUrl(clientId, { scope: "unknown" }))
  const grantsSignIn = await browser.open(`${server.proxy.issuer}/grants`)
  const upstream = await grantsSignIn.submit("sign_in")
  const grants = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  return { consent, denied, linked, grantsSignIn, grants }
}

test("every page has security headers: no framing, caching, scripts, loading or referrer", async () => {
  for (const [name, page] of Object.entries(await pages())) {
    const policy = page.headers.get("content-security-policy") ?? ""
    expect(policy, name).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(page.headers.get("x-frame-options"), name).toBe("DENY")
    expect(page.headers.get("cache-control"), name).toBe("no-store")
    expect(page.headers.get("referrer-policy"), name).toBe("no-referrer")
    expect(page.headers.get("x-content-type-options"), name).toBe("nosniff")
    expect(page.text, name).not.toMatch(
      /<script|<img|<link|<iframe|<object|@import|url\(|<\w[^>]*\s(on\w+|style)=/i,
    )
    expect(page.text, name).toContain("<html lang=")
  }
})

describe("what a client says about itself", () => {
  test("is escaped", async () => {
    const server = createFixture()
    const registered = await server.register({
      client_name: markup.slice(0, 60),
      client_uri: "https://client.example.com/'\"><script>alert(1)</script>",
      redirect_uris: [`${redirectUri}?a='x'&b=<b>`],
    })
    // A redirect URI cannot contain markup at all; the rest is shown as text.
    expect(registered.error).toBe(undefined)
    const page = await server
      .browser()
      .open(server.authorizationUrl(String(registered.client_id), { redirect_uri: undefined }))
    expect(page.text).not.toContain("<script>")
    expect(page.text).not.toContain("<img")
    expect(page.text).not.toContain("<b>")
    expect(page.text).toContain("&lt;img")
  })

  test("is marked as unverified, and its logo is not shown", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic({
      logo_uri: "https://evil.example/microsoft.png",
      client_name: "Microsoft Teams",
    })
    const { text } = await server.browser().open(server.authorizationUrl(clientId))
    expect(text).toContain("Microsoft Teams")
    expect(text).toMatch(/Nobody has verified this\s+application/)
    expect(text).not.toContain("evil.example")
  })
})

test("the page says who asks, for what, where the answer goes, and who is behind the server", async () => {
  const server = createFixture({
    operator: "Contoso IT",
    scopes: { "tickets.write": "Change tickets in your name" },
    resources: [{ resource: "https://mcp.example.com/mcp", name: "Contoso tickets" }],
  })
  const clientId = await server.registerPublic()
  const { text, title } = await server.browser().open(server.authorizationUrl(clientId))
  expect(title).toBe("Allow Test client?")
  for (const shown of [
    "Test client",
    "Contoso tickets",
    "https://mcp.example.com/mcp",
    "client.example.com",
    redirectUri,
    "Change tickets in your name",
    "tickets.write",
    "Login Test",
    "login-test/read",
    "mcp.example.com",
    "run by <bdi>Contoso IT</bdi>",
  ]) {
    expect(text).toContain(shown)
  }
})

test("an internationalized address is shown in punycode with a warning", async () => {
  const server = createFixture()
  const uri = "https://xn--80ak6aa92e.com/callback"
  const clientId = await server.registerPublic({ redirect_uris: [uri] })
  const { text } = await server
    .browser()
    .open(server.authorizationUrl(clientId, { redirect_uri: uri }))
  expect(text).toContain("<strong><bdi>xn--80ak6aa92e.com</bdi></strong>")
  expect(text).toMatch(/Check\s+it\s+carefully/)
})

test("an operator's own page may have its own styles, but every check and header stays", async () => {
  const server = createFixture({
    consentPage: ({ client, form }) => `<!doctype html><style>body{color:red}</style>
<script>alert(1)</script><p>${client.id}</p><form method="post" action="${form.action}">
<input type="hidden" name="${form.field.name}" value="${form.field.value}">
<button name="decision" value="approve">Yes</button></form>`,
  })
  const clientId = await server.registerPublic()
  const browser = server.browser()
  const page = await browser.open(server.authorizationUrl(clientId))
  expect(page.headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  )
  expect(page.headers.get("x-frame-options")).toBe("DENY")
  const stranger = await server
    .browser()
    .openFrom(server.proxy.issuer, `${server.proxy.issuer}/consent`, {
      request: page.forms[0]?.fields[0]?.value ?? "",
      decision: "approve",
    })
  expect(stranger.status).toBe(400)
  const upstream = await page.submit("approve")
  expect(upstream.url.host).toBe("login.test")
})

import { expect, test } from "vitest"
import type { OAuthProxyOptions } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

async function remembering(options: Partial<OAuthProxyOptions> = {}, uri?: string) {
  const server = createFixture({ consent: "remember", ...options })
  const clientId = await server.registerPublic(uri === undefined ? {} : { redirect_uris: [uri] })
  const url = server.authorizationUrl(clientId, uri === undefined ? {} : { redirect_uri: uri })
  const browser = server.browser()
  const signIn = async (person: string, remember = true) => {
    const consent = await browser.open(url)
    const upstream = await consent.submit("approve", remember ? { remember: "yes" } : {})
    return browser.openFrom("https://login.test", server.callbackUrl(upstream, person))
  }
  const isAsked = async () => {
    const page = await browser.open(url)
    if (page.url.host === "login.test") return false
    expect(page.title).toBe("Allow Test client?")
    return true
  }
  return { server, clientId, browser, url, signIn, isAsked }
}

test("another person in the same browser sees the page", async () => {
  const { server, browser, url, signIn } = await remembering()
  await signIn("alice")
  const upstream = await browser.open(url)
  expect(upstream.url.host).toBe("login.test")

  const page = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "bob"))
  expect(page.stopped).toBe(false)
  expect(page.title).toBe("Allow Test client?")
  const again = await page.submit("approve")
  const back = await browser.openFrom("https://login.test", server.callbackUrl(again, "bob"))
  expect(back.url.searchParams.get("code")).toBeTruthy()
})

test("nothing is remembered unless the person ticks the box", async () => {
  const { signIn, isAsked } = await remembering()
  await signIn("alice", false)
  expect(await isAsked()).toBe(true)
})

test("nothing is remembered in the mode `always`, whatever is posted", async () => {
  const { signIn, isAsked } = await remembering({ consent: "always" })
  await signIn("alice")
  expect(await isAsked()).toBe(true)
})

test.each([
  "http://127.0.0.1:7777/callback",
  "https://localhost/callback",
  "https://127.0.0.2:8443/callback",
  "https://[::1]/callback",
  "https://app.localhost./callback",
  "cursor://callback",
])("nothing is remembered for %s, because any program could use it", async (uri) => {
  const { browser, url, signIn, isAsked } = await remembering({}, uri)
  expect((await browser.open(url)).text).not.toContain('name="remember"')
  await signIn("alice").catch(() => undefined)
  expect(await isAsked()).toBe(true)
})

test("it lasts 30 days, and use does not extend it", async () => {
  const { server, browser, clientId, url, signIn, isAsked } = await remembering()
  const first = await signIn("alice")
  await server.redeem(clientId, first.url.searchParams.get("code") ?? "")
  server.advance(20 * 24 * 3_600_000)
  const upstream = await browser.open(url)
  await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  expect(await isAsked()).toBe(false)
  server.advance(10 * 24 * 3_600_000)
  expect(await isAsked()).toBe(true)
})

test("another browser of the same person sees the page", async () => {
  const { server, url, signIn } = await remembering()
  await signIn("alice")
  expect((await server.browser().open(url)).forms).toHaveLength(1)
})

test("a person who ends an application's access is asked again", async () => {
  const { server, browser, clientId, signIn, isAsked } = await remembering()
  const back = await signIn("alice")
  await server.redeem(clientId, back.url.searchParams.get("code") ?? "")
  expect(await isAsked()).toBe(false)

  const upstream = await (await browser.open(`${server.proxy.issuer}/grants`)).submit("sign_in")
  const grants = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  await grants.submit("End access")
  expect(await isAsked()).toBe(true)
})

test("a browser's request without fetch metadata does not count as the person's own", async () => {
  const { server, browser, url, signIn } = await remembering()
  await signIn("alice")
  const cookie = browser
    .cookies(server.proxy.issuer)
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ")
  for (const site of [undefined, "cross-site", "same-site"]) {
    const response = await server.request(url, {
      headers: { cookie, accept: "text/html", ...(site ? { "sec-fetch-site": site } : {}) },
    })
    expect(response.status).toBe(200)
  }
  const own = await server.request(url, { headers: { cookie, "sec-fetch-site": "same-origin" } })
  expect(own.status).toBe(302)
})

test("a forged consent cookie, or another cookie in its place, has no effect", async () => {
  const { server, browser, url, signIn } = await remembering()
  await signIn("alice")
  const cookies = browser.cookies(server.proxy.issuer)
  const remembered = cookies.find(({ name }) => name.endsWith("-user"))!
  const values = [`${remembered.value.slice(0, -2)}AA`, "AAAA", "", "x".repeat(4000)]
  for (const value of values) {
    const response = await server.request(url, {
      headers: {
        cookie: `${remembered.name}=${value}`,
        accept: "text/html",
        "sec-fetch-site": "none",
      },
    })
    expect(response.status).toBe(200)
  }
})

test("in the mode `never` only static clients skip the page", async () => {
  const uri = "https://static.example/callback"
  const server = createFixture({
    consent: "never",
    clients: [{ clientId: "static", redirectUris: [uri] }],
  })
  expect(server.events).toContainEqual(expect.objectContaining({ type: "warning" }))
  const passed = await server
    .browser()
    .open(server.authorizationUrl("static", { redirect_uri: uri }))
  expect(passed.url.host).toBe("login.test")
  const asked = await server.browser().open(server.authorizationUrl(await server.registerPublic()))
  expect(asked.forms).toHaveLength(1)
})

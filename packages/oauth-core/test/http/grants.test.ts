import type { HeadlessBrowser } from "@doorward/headless-browser"
import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

type Server = ReturnType<typeof createFixture>

async function openGrants(
  server: Server,
  person: string,
  browser: HeadlessBrowser = server.browser(),
) {
  const start = await browser.open(`${server.proxy.issuer}/grants`)
  const upstream = await start.submit("sign_in")
  const page = await browser.openFrom("https://login.test", server.callbackUrl(upstream, person))
  return { browser, page }
}

test("a person signs in, sees their own grants and no other's, and ends one", async () => {
  const server = createFixture({ scopes: { read: "Read your tickets" } })
  const claude = await server.registerPublic({ client_name: "Claude" })
  const cursor = await server.registerPublic({ client_name: "Cursor" })
  const bobs = await server.registerPublic({ client_name: "Bob's client" })
  const signIn = async (clientId: string, person: string) => {
    const code = (await server.authorize(clientId, {}, person)).get("code") ?? ""
    return (await server.redeem(clientId, code)).body
  }
  const first = await signIn(claude, "alice")
  const second = await signIn(cursor, "alice")
  await signIn(bobs, "bob")

  const { page } = await openGrants(server, "alice")
  expect(page.status).toBe(200)
  expect(page.url.pathname).toBe("/grants")
  expect(page.text).toContain("<bdi>alice</bdi>")
  expect(page.text).toContain("Claude")
  expect(page.text).toContain("Cursor")
  expect(page.text).toContain("Read your tickets")
  expect(page.text).toContain('<time datetime="2026-01-01T00:00:00.000Z">2026-01-01</time>')
  expect(page.text).not.toContain("Bob")

  // Newest first: the first button is Cursor's.
  const after = await page.submit("End access")
  expect(after.hops.map(({ method, status }) => `${method} ${status}`)).toEqual([
    "POST 303",
    "GET 200",
  ])
  expect(after.text).not.toContain("Cursor")
  await expect(server.verify(second.access_token)).rejects.toMatchObject({ code: "inactive" })
  expect((await server.refresh(cursor, second.refresh_token)).body.error).toBe("invalid_grant")
  await server.verify(first.access_token)
  expect(server.upstream.revocations).toHaveLength(1)

  // A second click, in an outdated tab, changes nothing.
  expect((await page.submit("End access")).status).toBe(200)
  const empty = await after.submit("End access")
  expect(empty.text).toContain("No application has access on your behalf.")
})

test("nothing goes upstream and nothing is stored before the click", async () => {
  const server = createFixture()
  const page = await server
    .browser()
    .openFrom("https://evil.example", `${server.proxy.issuer}/grants`)
  expect(page.hops).toHaveLength(1)
  expect(server.upstream.authorizations).toEqual([])
  const forged = await server
    .browser()
    .openFrom("https://evil.example", `${server.proxy.issuer}/grants`, { decision: "sign_in" })
  expect(forged.status).toBe(403)
  expect(server.upstream.authorizations).toEqual([])
})

test("a grant cannot be ended by another site, with another browser's form, or without the form's token", async () => {
  const server = createFixture()
  const { tokens } = await server.signIn()
  const { browser, page } = await openGrants(server, "alice")
  const grant = page.forms[0]?.buttons[0]?.value ?? ""
  const token = page.forms[0]?.fields[0]?.value ?? ""
  const url = `${server.proxy.issuer}/grants`
  const strangers = await openGrants(server, "mallory")
  const theirs =
    (await strangers.browser.open(url)).text.match(/name="token" value="([\w-]+)"/)?.[1] ?? ""

  expect((await browser.openFrom("https://evil.example", url, { token, grant })).status).toBe(403)
  for (const wrong of ["", theirs, "x", token.slice(1)]) {
    const refused = await browser.openFrom(server.proxy.issuer, url, { token: wrong, grant })
    expect(refused.status).toBe(400)
  }
  await server.verify(tokens.access_token)
})

test("nobody can end another person's grant", async () => {
  const server = createFixture()
  const alice = await server.signIn()
  await server.signIn({}, "mallory")
  const { page: alices } = await openGrants(server, "alice")
  const { browser, page } = await openGrants(server, "mallory")
  const grant = alices.forms[0]?.buttons[0]?.value ?? ""
  const token = page.forms[0]?.fields[0]?.value ?? ""
  const url = `${server.proxy.issuer}/grants`
  const forged = await browser.openFrom(server.proxy.issuer, url, { token, grant })
  expect(forged.status).toBe(400)
  expect(server.reasons()).toEqual(["grant_of_another_user"])
  await server.verify(alice.tokens.access_token)
})

test("the session lasts 15 minutes", async () => {
  const server = createFixture()
  await server.signIn()
  const { browser, page } = await openGrants(server, "alice")
  server.advance(15 * 60_000)
  expect((await page.submit("End access")).status).toBe(400)
  const later = await browser.open(`${server.proxy.issuer}/grants`)
  expect(later.text).not.toContain("alice")
  expect(later.forms[0]?.buttons.map(({ value }) => value)).toEqual(["sign_in"])
})

test("a remembered user is not signed in to /grants", async () => {
  const server = createFixture({ consent: "remember" })
  const clientId = await server.registerPublic()
  const browser = server.browser()
  const consent = await browser.open(server.authorizationUrl(clientId))
  const upstream = await consent.submit("approve", { remember: "yes" })
  await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  const [remembered] = browser
    .cookies(server.proxy.issuer)
    .filter(({ name }) => name.endsWith("-user"))
  const session = remembered?.name.replace(/-user$/, "-session")
  const response = await server.request("/grants", {
    headers: { cookie: `${session}=${remembered?.value}`, accept: "text/html" },
  })
  expect(await response.text()).toContain('value="sign_in"')
})

test("a sign-in that the provider refuses shows a page, and no grant", async () => {
  const server = createFixture()
  const browser = server.browser()
  const upstream = await (await browser.open(`${server.proxy.issuer}/grants`)).submit("sign_in")
  const url = new URL(server.callbackUrl(upstream, "alice"))
  url.searchParams.delete("code")
  url.searchParams.set("error", "access_denied")
  const page = await browser.openFrom("https://login.test", url)
  expect(page.status).toBe(400)
  expect(page.text).toContain("The sign-in was refused.")
})

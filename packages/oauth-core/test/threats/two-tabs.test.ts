import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

test("two sign-ins in two tabs of one browser both finish, in any order", async () => {
  const server = createFixture()
  const [one, two] = [await server.registerPublic(), await server.registerPublic()]
  const browser = server.browser()
  const consentOne = await browser.open(server.authorizationUrl(one, { state: "one" }))
  const consentTwo = await browser.open(server.authorizationUrl(two, { state: "two" }))
  const upstreamTwo = await consentTwo.submit("approve")
  const upstreamOne = await consentOne.submit("approve")

  const backOne = await browser.openFrom(
    "https://login.test",
    server.callbackUrl(upstreamOne, "alice"),
  )
  const backTwo = await browser.openFrom(
    "https://login.test",
    server.callbackUrl(upstreamTwo, "alice"),
  )
  expect(backOne.url.searchParams.get("state")).toBe("one")
  expect(backTwo.url.searchParams.get("state")).toBe("two")
  expect((await server.redeem(one, backOne.url.searchParams.get("code") ?? "")).status).toBe(200)
  expect((await server.redeem(two, backTwo.url.searchParams.get("code") ?? "")).status).toBe(200)
})

test("the first pages that a browser sees may be opened at the same time", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  // There are 64 cookie names, so one time in 64 the same one is drawn twice. Draw again in that case.
  for (;;) {
    const browser = server.browser()
    const pages = await Promise.all(
      ["one", "two"].map((state) => browser.open(server.authorizationUrl(clientId, { state }))),
    )
    if (browser.cookies(server.proxy.issuer).length < 2) continue
    for (const page of pages) {
      const upstream = await page.submit("approve")
      const back = await browser.openFrom(
        "https://login.test",
        server.callbackUrl(upstream, "alice"),
      )
      expect(back.url.searchParams.get("code")).toBeTruthy()
    }
    return
  }
})

test("cookies are HttpOnly, Lax, Secure, for this host alone, and do not pile up", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const browser = server.browser()
  for (let visit = 0; visit < 5; visit++) await browser.open(server.authorizationUrl(clientId))
  expect(browser.cookies(server.proxy.issuer)).toHaveLength(1)

  const upstream = await (await browser.open(server.authorizationUrl(clientId))).submit("approve")
  const cookies = browser.cookies(server.proxy.issuer)
  expect(cookies).toHaveLength(2)
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: "lax",
      path: "/",
      hostOnly: true,
    })
    expect(cookie.name).toMatch(/^__Host-doorward-/)
  }
  await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  expect(browser.cookies(server.proxy.issuer)).toHaveLength(1)
})

test("several servers on one host share no cookie", async () => {
  const [one, two] = [8000, 9000].map((port) =>
    createFixture({ baseUrl: `http://localhost:${port}` }),
  )
  const names = await Promise.all(
    [one!, two!].map(async (server) => {
      const browser = server.browser()
      await browser.open(server.authorizationUrl(await server.registerPublic()))
      return browser.cookies(server.proxy.issuer).map(({ name }) => name)
    }),
  )
  const [first, second] = names.map(([name]) => /^doorward-[\w-]{8}-browser/.exec(name ?? "")?.[0])
  expect(first).toBeTruthy()
  expect(first).not.toBe(second)
})

test("a callback that the store could not serve can be sent again", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const browser = server.browser()
  const upstream = await (await browser.open(server.authorizationUrl(clientId))).submit("approve")
  const url = server.callbackUrl(upstream, "alice")
  const { take } = server.world.store
  server.world.store.take = async () => {
    const { StoreUnavailableError } = await import("../../src/index.ts")
    throw new StoreUnavailableError("down")
  }
  const failed = await browser.openFrom("https://login.test", url)
  expect(failed.status).toBe(503)
  expect(failed.headers.get("retry-after")).toBe("5")
  server.world.store.take = take
  const back = await browser.openFrom("https://login.test", url)
  expect(back.url.searchParams.get("code")).toBeTruthy()
})

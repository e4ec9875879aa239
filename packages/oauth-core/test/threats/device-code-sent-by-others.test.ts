import { expect, test } from "vitest"
import { device, enter, options, poll, signIn, start } from "../support/devices.ts"
import { createFixture, redirectUri } from "../support/fixture.ts"
import { identityOf } from "../support/scripted-provider.ts"

test("another site can neither enter a code nor approve it for the person", async () => {
  const server = createFixture(options)
  const { user_code } = await start(server)
  const form = await server.browser().open(`${server.proxy.issuer}/device`)
  const token = /name="token" value="([^"]+)"/.exec(form.text)?.[1] ?? ""
  const fields = { token, user_code }
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    {},
  ]) {
    const response = await server.post("/device", fields, headers)
    expect(response.status).toBe(403)
  }
  expect(new Set(server.reasons())).toEqual(new Set(["cross_origin_form"]))
})

test("a form of one browser counts in no other: an attacker's page cannot carry a code along", async () => {
  const server = createFixture(options)
  const { user_code } = await start(server)
  const own = await server.browser().open(`${server.proxy.issuer}/device`)
  const token = /name="token" value="([^"]+)"/.exec(own.text)?.[1] ?? ""
  const victim = await server.browser().open(`${server.proxy.issuer}/device`)
  const page = await victim.submit("Continue", { token, user_code })
  expect(page.status).toBe(400)
  expect(server.reasons()).toEqual(["consent_form_invalid"])
})

test("the consent page of one browser approves in no other", async () => {
  const server = createFixture(options)
  const waiting = await start(server)
  const { page } = await enter(server, waiting.user_code)
  const request = /name="request" value="([^"]+)"/.exec(page.text)?.[1] ?? ""
  const other = await enter(server, (await start(server)).user_code)
  const answer = await other.page.submit("approve", { request })
  expect(answer.status).toBe(400)
  expect((await poll(server, waiting)).body.error).toBe("authorization_pending")
})

test("of two people who approve one code, the second gets nothing to give", async () => {
  const server = createFixture(options)
  const waiting = await start(server)
  const first = await enter(server, waiting.user_code)
  const second = await enter(server, waiting.user_code)
  const upstream = await second.page.submit("approve")
  await signIn(server, first.page, first.browser, "alice")
  const late = await second.browser.openFrom(
    "https://login.test",
    server.callbackUrl(upstream, "bob"),
  )
  expect(late.status).toBe(400)
  const { body } = await poll(server, waiting)
  expect((await server.verify(body.access_token)).identity.name).toBe("alice")
  expect(server.events.filter(({ type }) => type === "sign_in.completed")).toHaveLength(1)
})

test("of two people who sign in for one code at the same time, one gives the access", async () => {
  const server = createFixture(options)
  const waiting = await start(server)
  const people = await Promise.all(
    ["alice", "bob"].map(async (person) => {
      const { page, browser } = await enter(server, waiting.user_code)
      return { person, browser, upstream: await page.submit("approve") }
    }),
  )
  // Both have been found to be allowed before either is done.
  let arrived = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  server.upstream.onRedeem = async ({ scopes, state }) => {
    arrived += 1
    if (arrived === 2) resolve()
    await promise
    const { person = "" } =
      people.find(({ upstream }) => upstream.url.searchParams.get("state") === state) ?? {}
    const tokens = { accessToken: person, expiresAt: server.now() + 60_000, scopes }
    return { identity: identityOf(person), tokens, scopes }
  }
  const answers = await Promise.all(
    people.map(({ person, browser, upstream }) =>
      browser.openFrom("https://login.test", server.callbackUrl(upstream, person)),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  const winner = people[answers.findIndex(({ status }) => status === 200)]
  const { body } = await poll(server, waiting)
  expect((await server.verify(body.access_token)).identity.name).toBe(winner?.person)
  const ended = server.events.filter(({ type }) => type === "grant.ended")
  expect(ended).toMatchObject([{ cause: "superseded" }])
})

test("a callback of another browser approves nothing", async () => {
  const server = createFixture(options)
  const waiting = await start(server)
  const { page } = await enter(server, waiting.user_code)
  const upstream = await page.submit("approve")
  const stranger = server.browser()
  const answer = await stranger.openFrom(
    "https://login.test",
    server.callbackUrl(upstream, "mallory"),
  )
  expect(answer.status).toBe(403)
  expect((await poll(server, waiting)).body.error).toBe("authorization_pending")
})

test.each([
  ["a remembered consent", { consent: "remember" as const }],
  ["a client of the operator without consent pages", { consent: "never" as const }],
])("%s never skips the page", async (_, mode) => {
  const clients = [{ clientId: "tv", redirectUris: [redirectUri] }]
  const server = createFixture({ ...options, ...mode, clients })
  const browser = server.browser()
  const consent = await browser.open(server.authorizationUrl("tv"))
  const upstream =
    mode.consent === "never" ? consent : await consent.submit("approve", { remember: "yes" })
  await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
  const { user_code } = await start(server, { client_id: "tv" })
  const { page } = await enter(server, user_code, browser)
  expect(page.text).toContain("If somebody sent it to you, deny.")
  expect(page.text).not.toContain("remember")
})

test("a secret of the device is in no page, event or error", async () => {
  const server = createFixture(options)
  const waiting = await start(server)
  const { page, browser } = await enter(server, waiting.user_code)
  const done = await signIn(server, page, browser)
  await poll(server, waiting)
  await poll(server, waiting)
  const said = [page.text, done.text, JSON.stringify(server.events)].join()
  expect(said).not.toContain(waiting.device_code)
})

test("deleting the client ends what its devices wait for", async () => {
  const server = createFixture(options)
  const registration = await server.register(device)
  const waiting = await start(server, { client_id: String(registration.client_id) })
  await server.proxy.endClient(waiting.clientId)
  const { page } = await enter(server, waiting.user_code)
  expect(page.status).toBe(400)
  expect((await poll(server, waiting)).body.error).toBe("invalid_client")
})

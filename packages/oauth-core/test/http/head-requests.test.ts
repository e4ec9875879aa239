import { expect, test } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

test("a HEAD request does not use up the transaction", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const browser = server.browser()
  const consent = await browser.open(server.authorizationUrl(clientId))
  const upstream = await consent.submit("approve")
  const callback = server.callbackUrl(upstream, "alice")
  const cookie = browser
    .cookies(callback)
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ")

  const head = await server.request(callback, { method: "HEAD", headers: { cookie } })
  expect(head.status).toBe(405)

  const back = await browser.openFrom("https://login.test", callback)
  expect(back.url.href).toContain(redirectUri)
  expect(back.url.searchParams.get("code")).toBeTruthy()
})

test.each([
  ["/authorize", "GET, POST"],
  ["/consent", "POST"],
  ["/auth/callback", "GET"],
])("a HEAD request to %s is told which methods there are", async (path, allowed) => {
  const response = await createFixture().request(path, { method: "HEAD" })
  expect(response.status).toBe(405)
  expect(response.headers.get("allow")).toBe(allowed)
})

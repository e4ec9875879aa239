import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

/** A browser whose person has approved, and which is now at the upstream's page. */
async function approved() {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const victim = server.browser()
  const consent = await victim.open(server.authorizationUrl(clientId))
  const upstreamPage = await consent.submit("approve")
  const state = upstreamPage.url.searchParams.get("state") ?? ""
  const errorUrl = `${server.proxy.issuer}/auth/callback?${new URLSearchParams({ error: "access_denied", state })}`
  return { server, victim, errorUrl, successUrl: server.callbackUrl(upstreamPage, "alice") }
}

test("an error callback in another browser is refused and uses nothing up", async () => {
  const { server, victim, errorUrl, successUrl } = await approved()
  const refused = await server.browser().open(errorUrl)
  expect(refused.status).toBe(403)
  expect(refused.stopped).toBe(false)
  expect(server.reasons()).toEqual(["browser_mismatch"])

  const back = await victim.openFrom("https://login.test", successUrl)
  expect(back.url.searchParams.get("code")).toBeTruthy()
})

test("an error callback in the right browser tells the client and uses up the transaction", async () => {
  const { server, victim, errorUrl, successUrl } = await approved()
  const back = await victim.openFrom("https://login.test", errorUrl)
  expect(Object.fromEntries(back.url.searchParams)).toMatchObject({
    error: "access_denied",
    state: "client-state",
    iss: server.proxy.issuer,
  })
  const replayed = await victim.openFrom("https://login.test", successUrl)
  expect(replayed.status).toBe(400)
  expect(replayed.stopped).toBe(false)
  expect(server.reasons().at(-1)).toBe("transaction_unknown")
})

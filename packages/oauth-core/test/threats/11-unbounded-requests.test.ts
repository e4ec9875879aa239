import { describe, expect, test } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

describe("registration", () => {
  const register = async (metadata: Record<string, unknown>) => {
    const server = createFixture()
    const response = await server.request("/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [redirectUri], ...metadata }),
    })
    return { status: response.status, body: await response.json() }
  }
  const uris = (count: number) => Array.from({ length: count }, (_, at) => `${redirectUri}/${at}`)

  test("5,000 redirect URIs and a name of 200 KB are too large to read", async () => {
    expect(await register({ redirect_uris: uris(5000) })).toMatchObject({ status: 413 })
    expect(await register({ client_name: "n".repeat(200_000) })).toMatchObject({ status: 413 })
  })
  test("at most 10 redirect URIs are accepted", async () => {
    expect(await register({ redirect_uris: uris(10) })).toMatchObject({ status: 201 })
    expect(await register({ redirect_uris: uris(11) })).toMatchObject({
      status: 400,
      body: { error: "invalid_redirect_uri" },
    })
  })
  test("a redirect URI may have 2 KB, a name 100 characters", async () => {
    const long = `${redirectUri}?${"q".repeat(2048 - redirectUri.length)}`
    expect(await register({ redirect_uris: [long] })).toMatchObject({
      status: 400,
      body: { error: "invalid_redirect_uri" },
    })
    expect(await register({ redirect_uris: [long.slice(0, 2048)] })).toMatchObject({ status: 201 })
    expect(await register({ client_name: "n".repeat(101) })).toMatchObject({
      status: 400,
      body: { error: "invalid_client_metadata" },
    })
  })
})

const tooLarge = `x=${"x".repeat(70_000)}`

test.each(["/token", "/revoke", "/par", "/introspect"])(
  "a body that is too large is 413 at %s, as OAuth JSON",
  async (path) => {
    const server = createFixture()
    const response = await server.request(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: tooLarge,
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: "invalid_request" })
    expect(server.reasons()).toEqual(["request_too_large"])
  },
)

test.each(["/consent", "/authorize", "/grants"])(
  "a body that is too large is 413 at %s, as a page, even if its length is not announced",
  async (path) => {
    const server = createFixture()
    for (const headers of [{ "content-length": String(tooLarge.length) }, {}]) {
      const response = await server.request(path, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          accept: "text/html",
          ...headers,
        },
        body: new Blob([tooLarge]).stream(),
        duplex: "half",
      } as RequestInit)
      expect(response.status).toBe(413)
      expect(response.headers.get("content-type")).toMatch(/^text\/html/)
      expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    }
  },
)

test("a query that is too long is refused at authorize and callback", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const urls = [
    server.authorizationUrl(clientId, { state: "s".repeat(17_000) }),
    `/auth/callback?state=${"s".repeat(17_000)}`,
  ]
  for (const url of urls) {
    const response = await server.request(url, { headers: { accept: "text/html" } })
    expect(response.status).toBe(414)
  }
})

test("the longest accepted request can be approved", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  // Control characters take the most room in the sealed request of the form.
  const state = "\u0001".repeat(5200)
  expect((await server.authorize(clientId, { state })).get("state")).toBe(state)
})

test("an anonymous visitor can only make the server store a registration", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const keys = async () => {
    const found: string[] = []
    for await (const key of server.world.store.scan("")) found.push(key)
    return found.sort()
  }
  const before = await keys()
  const browser = server.browser()
  await browser.open(server.authorizationUrl(clientId))
  await browser.open(server.authorizationUrl(clientId, { scope: "unknown" }))
  await browser.open(server.authorizationUrl("nobody"))
  await browser.open(`${server.proxy.issuer}/grants`)
  await browser.open(`${server.proxy.issuer}/auth/callback?state=x&code=y`)
  await server.redeem(clientId, "x")
  await server.refresh(clientId, "x")
  expect(await keys()).toEqual(before)
})

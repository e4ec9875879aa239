import { expect, test } from "vitest"
import type { Limiter } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

/** Allows `most` requests for each key, then says to wait 7 seconds. */
function limiterOf(most: number): Limiter & { counts: Map<string, number> } {
  const counts = new Map<string, number>()
  return {
    counts,
    async consume({ endpoint, address }) {
      const key = `${endpoint}:${address}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return count > most ? { retryAfter: 7 } : {}
    },
  }
}

const clientAddress = (request: Request) => request.headers.get("x-address") ?? "192.0.2.1"

test.each(["/token", "/revoke", "/introspect", "/par", "/register"])(
  "too many requests to %s get 429 with Retry-After, as OAuth JSON that the Inspector can read",
  async (path) => {
    const server = createFixture({ limiter: limiterOf(1), clientAddress })
    await server.post(path, { token: "x" })
    const response = await server.post(path, { token: "x" }, { origin: "http://localhost:6274" })
    expect(response.status).toBe(429)
    expect(response.headers.get("retry-after")).toBe("7")
    expect(await response.json()).toEqual({
      error: "temporarily_unavailable",
      error_description: expect.stringContaining("7 seconds"),
    })
    expect(server.reasons().at(-1)).toBe("rate_limited")
    const readable = ["/token", "/revoke", "/register"].includes(path)
    expect(response.headers.get("access-control-allow-origin")).toBe(readable ? "*" : null)
  },
)

test.each(["/authorize", "/consent", "/auth/callback", "/grants"])(
  "too many requests to %s get a page, never a redirect",
  async (path) => {
    const server = createFixture({ limiter: limiterOf(1), clientAddress })
    const browser = server.browser()
    const url = `${server.proxy.issuer}${path}`
    await browser.open(url)
    const page = await browser.open(url)
    expect(page.status).toBe(429)
    expect(page.headers.get("retry-after")).toBe("7")
    expect(page.title).toBe("Please try again in a moment")
    expect(page.text).toContain("7 seconds")
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    expect(page.hops).toHaveLength(1)
  },
)

test("each endpoint and each address is counted separately", async () => {
  const limiter = limiterOf(100)
  const server = createFixture({ limiter, clientAddress })
  await server.signIn()
  await server.post("/token", {}, { "x-address": "2001:db8::/64" })
  await server.request("/register/some-client")
  expect(Object.fromEntries(limiter.counts)).toEqual({
    "register:192.0.2.1": 2,
    "authorize:192.0.2.1": 1,
    "consent:192.0.2.1": 1,
    "callback:192.0.2.1": 1,
    "token:192.0.2.1": 1,
    "token:2001:db8::/64": 1,
  })
})

test("metadata and keys are never limited", async () => {
  const server = createFixture({ limiter: limiterOf(0), clientAddress })
  for (const path of ["/.well-known/oauth-authorization-server", "/.well-known/jwks.json"]) {
    expect((await server.request(path)).status).toBe(200)
  }
})

test("without an address or a limiter, nothing is limited", async () => {
  for (const options of [
    { limiter: limiterOf(0) },
    { clientAddress },
    { limiter: limiterOf(0), clientAddress: () => undefined },
  ]) {
    const { tokens } = await createFixture(options).signIn()
    expect(tokens.access_token).toBeTruthy()
  }
})

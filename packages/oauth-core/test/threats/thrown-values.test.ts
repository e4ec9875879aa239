import { describe, expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

/** What JavaScript programs throw and reject with besides errors; a limiter's library rejects with an object. */
const values = ["a string", { msBeforeNext: 1000 }, null, undefined]
const throwing = (value: unknown) => () => {
  throw value
}

describe.each(values)("%o thrown", (value) => {
  test("by a consent page is a fault like any other", async () => {
    const server = createFixture({ consentPage: throwing(value) })
    const url = server.authorizationUrl(await server.registerPublic())
    const response = await server.request(url, { headers: { accept: "text/html" } })
    expect(response.status).toBe(500)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(await response.text()).not.toContain("a string")
    expect(server.reasons()).toEqual(["internal_error"])
  })

  test("by a limiter, too, at an endpoint of either kind", async () => {
    const server = createFixture({
      limiter: { consume: throwing(value) },
      clientAddress: () => "192.0.2.1",
    })
    for (const path of ["/token", "/grants"]) {
      expect((await server.request(path)).status).toBe(500)
    }
    expect((await server.register()).error).toBe("server_error")
    expect(server.reasons()).toEqual(["internal_error", "internal_error", "internal_error"])
  })
})

import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

test("the upstream client id and other unregistered ids are not accepted", async () => {
  const server = createFixture()
  for (const clientId of [
    "11111111-2222-3333-4444-555555555555",
    "upstream-client",
    "https://nobody.example/client",
  ]) {
    const page = await server
      .browser()
      .open(server.authorizationUrl(clientId, { redirect_uri: "https://evil.example/callback" }))
    expect(page.status).toBe(400)
    expect(page.stopped).toBe(false)
    expect(page.hops).toHaveLength(1)
    expect(page.links.filter(({ href }) => href.includes("evil.example"))).toEqual([])
    const { status, body } = await server.redeem(clientId, "x")
    expect({ status, error: body.error }).toEqual({ status: 401, error: "invalid_client" })
  }
  expect(server.upstream.authorizations).toEqual([])
})

test("an unregistered client: a person is told what to do by a page, a program how to register by JSON", async () => {
  const server = createFixture()
  const page = await server.browser().open(server.authorizationUrl("nobody"))
  expect(page.headers.get("content-type")).toMatch(/^text\/html/)
  expect(page.text).toContain("remove this server and add it again")

  const response = await server.request(server.authorizationUrl("nobody"), {
    headers: { accept: "application/json" },
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: "invalid_client",
    error_description: expect.stringContaining(`${server.proxy.issuer}/register`),
  })
})

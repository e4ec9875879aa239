import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

const page = async (server: ReturnType<typeof createFixture>, url: string) =>
  (await server.request(url, { headers: { accept: "text/html" } })).text()

test("a person whose application was forgotten is told what to do, in no words for programs", async () => {
  const server = createFixture()
  const text = await page(server, server.authorizationUrl("forgotten"))
  expect(text).toContain("remove this server and add it again")
  expect(text).not.toMatch(/\/register|client_id/)

  const response = await server.request(server.authorizationUrl("forgotten"))
  expect(await response.json()).toMatchObject({
    error: "invalid_client",
    error_description: expect.stringContaining("/register"),
  })
})

test("so is one whose application has moved", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const elsewhere = { redirect_uri: "https://client.example.com/elsewhere" }
  const text = await page(server, server.authorizationUrl(clientId, elsewhere))
  expect(text).toContain("remove this server and add it again")
  expect(text).not.toContain("redirect URI")
})

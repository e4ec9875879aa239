import { expect, it } from "vitest"
import { createFixture } from "../support/fixture.ts"

it("a tool gets an upstream access token, never the upstream refresh token", async () => {
  const server = createFixture()
  const { tokens } = await server.signIn()
  const token = await (await server.verify(tokens.access_token)).upstreamToken([])
  expect(token.accessToken).toMatch(/^upstream-access-alice/)
  expect(Object.keys(token).sort()).toEqual(["accessToken", "expiresAt", "scopes"])
  expect(JSON.stringify(token)).not.toContain("upstream-refresh")
})

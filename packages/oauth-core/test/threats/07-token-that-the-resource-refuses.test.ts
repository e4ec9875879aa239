import { expect, test } from "vitest"
import { IdentityProviderError } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

test("a sign-in whose upstream token does not verify gives the client an error, not a code", async () => {
  const server = createFixture()
  server.upstream.onRedeem = () => {
    throw new IdentityProviderError("operator", "wrong_audience", "The token is for another app.")
  }
  const back = await server.authorize(await server.registerPublic())
  expect(back.get("error")).toBe("server_error")
  expect(back.has("code")).toBe(false)
})

test("a refresh whose upstream token does not verify issues nothing", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  server.advance(10 * 60_000)
  server.upstream.onRefresh = () => {
    throw new IdentityProviderError("operator", "wrong_audience", "The token is for another app.")
  }
  const { status, body } = await server.refresh(clientId, tokens.refresh_token)
  expect({ status, error: body.error }).toEqual({ status: 503, error: "temporarily_unavailable" })
  expect(body.access_token).toBeUndefined()
})

test("every token from /token is immediately valid at its resource", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn({ scope: "read" })
  await server.verify(tokens.access_token)
  const narrowed = await server.refresh(clientId, tokens.refresh_token, { scope: "read" })
  expect((await server.verify(narrowed.body.access_token)).scopes).toEqual(["read"])
})

test("no token is issued for a sign-in with an open claims challenge", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  server.upstream.onTokenFor = () => {
    throw new IdentityProviderError("interaction_required", "mfa", "More is needed.", {
      claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
    })
  }
  const token = await server.verify(tokens.access_token)
  await expect(token.upstreamToken(["Mail.Read"])).rejects.toThrow("More is needed.")
  const { status, body } = await server.refresh(clientId, tokens.refresh_token)
  expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_grant" })
})

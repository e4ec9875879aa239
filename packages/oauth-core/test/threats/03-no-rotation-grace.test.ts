import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

test("a client that refreshes twice at once, or lost the answer, stays signed in", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  const first = await server.refresh(clientId, tokens.refresh_token)
  server.advance(29_000)
  const again = await server.refresh(clientId, tokens.refresh_token)

  expect(again.status).toBe(200)
  expect(again.body.refresh_token).toBe(first.body.refresh_token)
  await server.verify(first.body.access_token)
  await server.verify(again.body.access_token)
  expect(server.events.filter(({ type }) => type === "token.refresh_repeated")).toHaveLength(1)
  expect((await server.refresh(clientId, again.body.refresh_token)).status).toBe(200)
})

test("the grace period counts from the rotation, and repeating does not extend it", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  await server.refresh(clientId, tokens.refresh_token)
  server.advance(20_000)
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  server.advance(20_000)
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(400)
})

test("the grace period is only for the client that the token was issued to", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  const { body } = await server.refresh(clientId, tokens.refresh_token)
  const thief = await server.registerPublic()
  expect((await server.refresh(thief, tokens.refresh_token)).status).toBe(400)
  expect((await server.refresh(clientId, body.refresh_token)).status).toBe(200)
})

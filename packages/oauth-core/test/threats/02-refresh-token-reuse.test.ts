import { expect, test } from "vitest"
import { createFixture, createWorld } from "../support/fixture.ts"

test("a refresh token older than the last two ends its grant", async () => {
  const server = createFixture()
  const { clientId, tokens: first } = await server.signIn()
  const { body: second } = await server.refresh(clientId, first.refresh_token)
  const { body: third } = await server.refresh(clientId, second.refresh_token)

  expect((await server.refresh(clientId, first.refresh_token)).body.error).toBe("invalid_grant")
  expect(server.reasons()).toEqual(["refresh_token_reused"])
  expect((await server.refresh(clientId, third.refresh_token)).body.error).toBe("invalid_grant")
  server.advance(5000)
  for (const { access_token } of [first, second, third]) {
    await expect(server.verify(access_token)).rejects.toMatchObject({ code: "inactive" })
  }
  expect(server.upstream.revocations).toHaveLength(1)
})

test("after the grace period, the previous token ends the grant too", async () => {
  const server = createFixture()
  const { clientId, tokens: first } = await server.signIn()
  const { body: second } = await server.refresh(clientId, first.refresh_token)
  server.advance(30_000)
  expect((await server.refresh(clientId, first.refresh_token)).status).toBe(400)
  expect((await server.refresh(clientId, second.refresh_token)).status).toBe(400)
})

test("a forged token, or one that another client sends, ends nothing", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  const other = await server.registerPublic()
  const [gid, counter, mac] = tokens.refresh_token.split(".") as [string, string, string]
  const forged = [
    `${gid}.${Number(counter) + 1}.${mac}`,
    `${gid}.${counter}.${"A".repeat(43)}`,
    `${"A".repeat(22)}.${counter}.${mac}`,
  ]
  for (const token of forged) {
    expect((await server.refresh(clientId, token)).body.error).toBe("invalid_grant")
  }
  expect((await server.refresh(other, tokens.refresh_token)).body.error).toBe("invalid_grant")
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
})

test("concurrent refreshes on two instances call upstream once", async () => {
  const world = createWorld()
  const [one, two] = [createFixture({}, world), createFixture({}, world)]
  const { clientId, tokens } = await one.signIn()
  world.advance(10 * 60_000)
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      (at % 2 ? one : two).refresh(clientId, tokens.refresh_token),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
  expect(world.upstream.refreshes).toHaveLength(1)
})

import { expect, test } from "vitest"
import { createFixture, createWorld, verifier } from "../support/fixture.ts"

test("only one of many parallel redemptions of a code on two instances succeeds, and the grant ends", async () => {
  const world = createWorld()
  const [one, two] = [createFixture({}, world), createFixture({}, world)]
  const clientId = await one.registerPublic()
  const code = (await one.authorize(clientId)).get("code") ?? ""

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => (at % 2 ? one : two).redeem(clientId, code)),
  )
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  const lost = answers.filter(({ status }) => status !== 200)
  expect(new Set(lost.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
    new Set(["400 invalid_grant"]),
  )
  const { access_token, refresh_token } = won[0]!.body
  await expect(one.verify(access_token)).rejects.toMatchObject({ code: "inactive" })
  expect((await one.refresh(clientId, refresh_token)).body.error).toBe("invalid_grant")
})

test("a code that is redeemed again later ends its grant", async () => {
  const server = createFixture()
  const { clientId, code, tokens } = await server.signIn()
  server.advance(5 * 60_000)
  expect((await server.redeem(clientId, code)).body.error).toBe("invalid_grant")

  await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(400)
  expect(server.events).toContainEqual(
    expect.objectContaining({ type: "grant.ended", cause: "code_replayed" }),
  )
})

test("a stolen code that fails a check ends nothing, because only its own client can replay it", async () => {
  const server = createFixture()
  const { clientId, code, tokens } = await server.signIn()
  const other = await server.registerPublic()
  const attempts = [
    await server.redeem(clientId, code, { code_verifier: "w".repeat(43) }),
    await server.redeem(other, code),
    await server.redeem(clientId, code, { redirect_uri: "https://evil.example/callback" }),
    await server.redeem(clientId, code, { code_verifier: verifier.slice(1) }),
  ]
  for (const { status } of attempts) expect(status).toBe(400)
  await server.verify(tokens.access_token)
  expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
})

test("a stolen code that fails a check can still be redeemed by its client", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const code = (await server.authorize(clientId)).get("code") ?? ""
  expect((await server.redeem(clientId, code, { code_verifier: "w".repeat(43) })).status).toBe(400)
  expect((await server.redeem(clientId, code, { resource: "https://evil.example" })).status).toBe(
    400,
  )
  expect((await server.redeem(clientId, code)).status).toBe(200)
})

import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

type Server = ReturnType<typeof createFixture>

async function signInAgain(server: Server, clientId: string, person = "alice") {
  const code = (await server.authorize(clientId, {}, person)).get("code") ?? ""
  return (await server.redeem(clientId, code)).body
}

const isAlive = async (server: Server, { access_token }: { access_token: string }) =>
  server.verify(access_token).then(
    () => true,
    () => false,
  )

test("a user has at most 20 grants with one client, and the oldest one ends", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const tokens = []
  for (let count = 0; count < 21; count++) {
    server.advance(1000)
    tokens.push(await signInAgain(server, clientId))
  }
  const others = await signInAgain(server, clientId, "bob")
  const alive = await Promise.all(tokens.map((body) => isAlive(server, body)))
  expect(alive.flatMap((one, at) => (one ? [] : [at]))).toEqual([0])
  expect(await isAlive(server, others)).toBe(true)
  expect(server.events).toContainEqual(
    expect.objectContaining({ type: "grant.ended", cause: "superseded" }),
  )
})

test("ended grants and abandoned sign-ins do not count", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const oldest = await signInAgain(server, clientId)
  for (let count = 0; count < 25; count++) {
    const { refresh_token } = await signInAgain(server, clientId)
    await server.post("/revoke", { client_id: clientId, token: refresh_token })
    await server.authorize(clientId)
    server.advance(3 * 60_000)
  }
  expect(await isAlive(server, oldest)).toBe(false) // Its access token has expired by now.
  expect((await server.refresh(clientId, oldest.refresh_token)).status).toBe(200)
  expect(
    server.events.filter((event) => event.type === "grant.ended" && event.cause === "superseded"),
  ).toEqual([])
})

test("a user has at most 100 grants in total", async () => {
  const server = createFixture()
  const first = await server.signIn()
  for (let client = 0; client < 5; client++) {
    const clientId = await server.registerPublic()
    for (let count = 0; count < 20; count++) await signInAgain(server, clientId)
  }
  expect(await isAlive(server, first.tokens)).toBe(false)
  const { subject } = await server.verify((await server.signIn()).tokens.access_token)
  expect(await server.proxy.endGrantsOf(subject ?? "")).toBe(100)
})

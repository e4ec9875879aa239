import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>
const day = 24 * 60 * 60 * 1000

const isKnown = async (server: Fixture, clientId: string) => {
  const response = await server.request(server.authorizationUrl(clientId), {
    headers: { accept: "text/html" },
  })
  return response.status === 200
}

describe("a registered client", () => {
  it("that is never used is deleted after 7 days", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    server.advance(7 * day - 1)
    expect(await isKnown(server, clientId)).toBe(true)
    server.advance(1)
    expect(await isKnown(server, clientId)).toBe(false)
  })

  it("a visit to the authorization endpoint does not count as use, because anybody can make one", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    server.advance(6 * day)
    await server.authorize(clientId)
    server.advance(day)
    expect(await isKnown(server, clientId)).toBe(false)
  })

  it("lives for 400 days from a sign-in", async () => {
    const server = createFixture()
    const clientId = await server.registerPublic()
    server.advance(3 * day)
    await server.redeem(clientId, (await server.authorize(clientId)).get("code") ?? "")
    server.advance(400 * day)
    expect(await isKnown(server, clientId)).toBe(true)
    server.advance(2 * day)
    expect(await isKnown(server, clientId)).toBe(false)
  })

  it("lives for 400 days from every refresh", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    server.advance(29 * day)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
    server.advance(400 * day)
    expect(await isKnown(server, clientId)).toBe(true)
  })

  it("never ends before its grants, however long the operator lets them live", async () => {
    const server = createFixture({ lifetimes: { grantIdle: 500 * 86_400, grant: 1000 * 86_400 } })
    const { clientId, tokens } = await server.signIn()
    server.advance(499 * day)
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(200)
  })

  it("is written at most once a day, and read once per request", async () => {
    const reads: string[] = []
    const writes: string[] = []
    const memory = memoryStore({ now: () => server.now() })
    const store: Store = {
      ...memory,
      async get(key) {
        if (key.startsWith("client:")) reads.push(key)
        return memory.get(key)
      },
      async swap(key, ...rest) {
        if (key.startsWith("client:")) writes.push(key)
        return memory.swap(key, ...rest)
      },
    }
    const server: Fixture = createFixture({ store })
    const { clientId, tokens } = await server.signIn()
    let token = tokens.refresh_token
    const refresh = async (milliseconds: number) => {
      server.advance(milliseconds)
      token = (await server.refresh(clientId, token)).body.refresh_token
    }
    reads.length = 0
    for (let time = 0; time < 10; time++) await refresh(10_000)
    expect(reads).toHaveLength(10)
    expect(writes).toHaveLength(1)
    await refresh(day)
    expect(writes).toHaveLength(2)
  })
})

it("a client that the operator configured has no record that could expire", async () => {
  const clients = [{ clientId: "own", redirectUris: ["https://client.example.com/callback"] }]
  const server = createFixture({ clients })
  server.advance(1000 * day)
  expect(await isKnown(server, "own")).toBe(true)
})

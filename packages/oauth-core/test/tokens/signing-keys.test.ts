import { decodeProtectedHeader } from "jose"
import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { createFixture } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

const second = 1000
const hour = 60 * 60 * second
const day = 24 * hour

async function publishedKids(server: Fixture): Promise<string[]> {
  const response = await server.request("/.well-known/jwks.json")
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}
const kidOf = (token: string) => String(decodeProtectedHeader(token).kid)
const rotations = ({ events }: Fixture) =>
  events.flatMap((event) => (event.type === "keys.rotated" ? [event.keyId] : []))

/** Several instances on one store, and one clock. */
function instances(count: number, watch: (store: Store) => Store = (store) => store) {
  let time = Date.UTC(2026, 0, 1)
  const now = () => time
  const store = watch(memoryStore({ now }))
  return {
    servers: Array.from({ length: count }, () => createFixture({ store, now })),
    restart: () => createFixture({ store, now }),
    advance(milliseconds: number) {
      time += milliseconds
    },
  }
}

describe("keys rotate by themselves", () => {
  it("a key signs for 30 days; its successor is published a day before", async () => {
    const { servers, advance } = instances(1)
    const [server] = servers as [Fixture]
    const [first] = await publishedKids(server)
    advance(29 * day - second)
    expect(await publishedKids(server)).toEqual([first])
    advance(61 * second)
    const [, next] = await publishedKids(server)
    expect(await publishedKids(server)).toEqual([first, next])
    expect(rotations(server)).toEqual([first, next])
    // It is published, but is not used for another day.
    expect(kidOf((await server.signIn()).tokens.access_token)).toBe(first)
    advance(day - 2 * 60 * second)
    expect(kidOf((await server.signIn()).tokens.access_token)).toBe(first)
    advance(2 * 60 * second)
    expect(kidOf((await server.signIn()).tokens.access_token)).toBe(next)
  })

  it("the old one stays published until its last token has expired", async () => {
    const { servers, advance } = instances(1)
    const [server] = servers as [Fixture]
    const [first] = await publishedKids(server)
    advance(29 * day + hour)
    await publishedKids(server)
    advance(23 * hour - second)
    const { tokens } = await server.signIn()
    expect(kidOf(tokens.access_token)).toBe(first)
    advance(hour - second)
    await server.verify(tokens.access_token)
    expect(await publishedKids(server)).toContain(first)
    advance(3 * 60 * second)
    expect(await publishedKids(server)).not.toContain(first)
    await expect(server.verify(tokens.access_token)).rejects.toThrow()
  })

  it("for years, with at most two keys published", async () => {
    const { servers, advance } = instances(1)
    const [server] = servers as [Fixture]
    const seen = new Set<string>()
    for (let time = 0; time < 2 * 365; time++) {
      advance(day)
      const kids = await publishedKids(server)
      expect(kids.length).toBeLessThanOrEqual(2)
      for (const kid of kids) seen.add(kid)
    }
    expect(seen.size).toBe(25)
  })

  it.each([31, 45, 400])("a server that was idle for %i days signs and verifies", async (days) => {
    const { servers, advance } = instances(1)
    const [server] = servers as [Fixture]
    await server.signIn()
    advance(days * day)
    const { tokens } = await server.signIn()
    await server.verify(tokens.access_token)
    expect(await publishedKids(server)).toContain(kidOf(tokens.access_token))
  })
})

describe("all instances share the keys", () => {
  it("instances that start at the same time create one key", async () => {
    const { servers } = instances(8)
    const kids = (await Promise.all(servers.map(publishedKids))).flat()
    expect(new Set(kids).size).toBe(1)
    expect(servers.flatMap(rotations)).toHaveLength(1)
  })

  it("only one successor is created, although all instances see that it is time", async () => {
    const { servers, advance } = instances(8)
    await Promise.all(servers.map(publishedKids))
    advance(29 * day)
    const kids = (await Promise.all(servers.map(publishedKids))).flat()
    expect(new Set(kids).size).toBe(2)
  })

  it("a restart changes nothing", async () => {
    const { servers, restart } = instances(1)
    const [server] = servers as [Fixture]
    const { tokens } = await server.signIn()
    const again = restart()
    await again.verify(tokens.access_token)
    expect(await publishedKids(again)).toEqual(await publishedKids(server))
    expect(rotations(again)).toEqual([])
  })

  it("another instance immediately verifies what one instance signs", async () => {
    const { servers } = instances(2)
    const [one, other] = servers as [Fixture, Fixture]
    await publishedKids(other)
    await other.verify((await one.signIn()).tokens.access_token)
  })
})

describe("rotateKeys", () => {
  it("withdraws every key immediately, and tokens can be refreshed", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    await server.verify(tokens.access_token)
    const kid = await server.proxy.rotateKeys()
    expect(rotations(server).at(-1)).toBe(kid)
    expect(await publishedKids(server)).toEqual([kid])
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ status: 401 })
    const { body } = await server.refresh(clientId, tokens.refresh_token)
    expect(kidOf(body.access_token)).toBe(kid)
    await server.verify(body.access_token)
  })

  it("takes effect on every instance within a minute", async () => {
    const { servers, advance } = instances(2)
    const [one, other] = servers as [Fixture, Fixture]
    const { clientId, tokens } = await one.signIn()
    await other.verify(tokens.access_token)
    const kid = await one.proxy.rotateKeys()
    advance(60 * second)
    await expect(other.verify(tokens.access_token)).rejects.toMatchObject({ status: 401 })
    const { body } = await other.refresh(clientId, tokens.refresh_token)
    expect(kidOf(body.access_token)).toBe(kid)
  })

  it("other instances find the new key as soon as they see a token with it", async () => {
    const { servers, advance } = instances(2)
    const [one, other] = servers as [Fixture, Fixture]
    const { tokens } = await one.signIn()
    await other.verify(tokens.access_token)
    await one.proxy.rotateKeys()
    advance(6 * second)
    await other.verify((await one.signIn()).tokens.access_token)
  })
})

it("tokens with unknown keys cause the store to be read at most every 5 seconds", async () => {
  let reads = 0
  const { servers, advance } = instances(1, (store) => ({
    ...store,
    async get(key) {
      if (key.startsWith("keys:")) reads++
      return store.get(key)
    },
  }))
  const [server] = servers as [Fixture]
  const { tokens } = await server.signIn()
  const [, payload, signature] = tokens.access_token.split(".")
  advance(6 * second)
  reads = 0
  const forged = Array.from({ length: 50 }, (_, index) => {
    const header = { alg: "ES256", typ: "at+jwt", kid: `unknown-${index}` }
    return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${payload}.${signature}`
  })
  for (const token of forged) await expect(server.verify(token)).rejects.toThrow()
  await Promise.allSettled(forged.map((token) => server.verify(token)))
  expect(reads).toBeLessThanOrEqual(1)
})

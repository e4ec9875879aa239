import { decodeProtectedHeader } from "jose"
import { describe, expect, test } from "vitest"
import type { Store } from "../../src/index.ts"
import { createFixture, createWorld, randomSecret, secret } from "../support/fixture.ts"

test("tokens are signed by a key of their own, published by its id, which rotates", async () => {
  const server = createFixture()
  const { tokens } = await server.signIn()
  const { alg, kid } = decodeProtectedHeader(tokens.access_token)
  const published = async () =>
    (await (await server.request("/.well-known/jwks.json")).json()) as {
      keys: Record<string, unknown>[]
    }
  expect(alg).toBe("ES256")
  const [key] = (await published()).keys
  expect(key).toMatchObject({ kid, use: "sig", alg: "ES256" })
  expect(key).not.toHaveProperty("d")

  server.advance(29.5 * 24 * 3_600_000)
  expect((await published()).keys).toHaveLength(2)
  server.advance(24 * 3_600_000)
  const later = await server.signIn()
  expect(decodeProtectedHeader(later.tokens.access_token).kid).not.toBe(kid)
})

test("tokens of a withdrawn key are refused immediately, and a refresh fixes it", async () => {
  const server = createFixture()
  const { clientId, tokens } = await server.signIn()
  await server.proxy.rotateKeys()
  await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ status: 401 })
  const { body } = await server.refresh(clientId, tokens.refresh_token)
  await server.verify(body.access_token)
})

describe("the secret", () => {
  test("rotates without signing anybody out: old and new, new and old, new", async () => {
    const world = createWorld()
    const next = randomSecret()
    const { clientId, tokens } = await createFixture({}, world).signIn()
    let refreshToken = tokens.refresh_token
    for (const secrets of [`${secret},${next}`, [next, secret], next]) {
      const server = createFixture({ secret: secrets }, world)
      const { status, body } = await server.refresh(clientId, refreshToken)
      expect(status).toBe(200)
      await server.verify(body.access_token)
      refreshToken = body.refresh_token
      // Before the old secret is removed, everything that it sealed is sealed again.
      if (secrets !== next) await server.proxy.resealRecords()
    }
  })

  test("is the same however it is written", async () => {
    const world = createWorld()
    const { clientId, tokens } = await createFixture({}, world).signIn()
    const bytes = Buffer.from(secret, "base64url")
    let refreshToken = tokens.refresh_token
    for (const spelling of [bytes.toString("hex"), bytes.toString("base64")]) {
      const server = createFixture({ secret: spelling }, world)
      const { status, body } = await server.refresh(clientId, refreshToken)
      expect(status).toBe(200)
      refreshToken = body.refresh_token
    }
  })

  test("causes a 503 and an event if it is wrong, signs nobody out, and overwrites nothing", async () => {
    const world = createWorld()
    const { clientId, tokens } = await createFixture({}, world).signIn()
    const stranger = createFixture({ secret: randomSecret() }, world)
    const { status, body } = await stranger.refresh(clientId, tokens.refresh_token)
    expect({ status, error: body.error }).toEqual({ status: 503, error: "temporarily_unavailable" })
    expect(stranger.reasons()).toEqual(["record_unreadable"])
    expect((await createFixture({}, world).refresh(clientId, tokens.refresh_token)).status).toBe(
      200,
    )
  })

  test("prevents the start if it is weak", () => {
    for (const weak of ["", "password", "A".repeat(42), `${secret},short`, []]) {
      expect(() => createFixture({ secret: weak })).toThrow(/32 random bytes|secret is missing/)
    }
  })
})

test("a stored value that is changed or moved to another key does not open", async () => {
  const world = createWorld()
  const server = createFixture({}, world)
  const alice = await server.signIn()
  const bob = await server.signIn({}, "bob")
  const grants = await records(world.store, "grant:")
  const [one, two] = grants as [string, string]
  const later = new Date(server.now() + 60_000)
  const value = (await world.store.get(one))!

  await world.store.put(two, value, later)
  const moved = value.slice()
  moved[moved.length - 1]! ^= 1
  await world.store.put(one, moved, later)
  for (const { clientId, tokens } of [alice, bob]) {
    expect((await server.refresh(clientId, tokens.refresh_token)).status).toBe(503)
  }
  expect(new Set(server.reasons())).toEqual(new Set(["record_unreadable"]))
})

test("the store reveals no token, code, name or id", async () => {
  const world = createWorld()
  const written: string[] = []
  const store: Store = {
    ...world.store,
    put: async (key, value, expiresAt) => {
      written.push(key, Buffer.from(value).toString("latin1"))
      return world.store.put(key, value, expiresAt)
    },
    swap: async (key, expected, next, expiresAt) => {
      written.push(key, Buffer.from(next).toString("latin1"))
      return world.store.swap(key, expected, next, expiresAt)
    },
  }
  const server = createFixture({ store }, world)
  const { clientId, code, tokens } = await server.signIn()
  const all = written.join("\n")
  expect(written.length).toBeGreaterThan(8)
  for (const hidden of [
    clientId,
    code,
    tokens.refresh_token,
    "alice",
    "Test client",
    "upstream-",
  ]) {
    expect(all).not.toContain(hidden)
  }
})

async function records(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.scan(prefix)) keys.push(key)
  return keys
}

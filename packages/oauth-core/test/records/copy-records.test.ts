import { describe, expect, it } from "vitest"
import { memoryStore, type Store } from "../../src/index.ts"
import { createFixture, createWorld } from "../support/fixture.ts"

const hour = 60 * 60 * 1000
const day = 24 * hour

async function keysOf(store: Store): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.scan("")) keys.push(key)
  return keys.sort()
}

describe("copyRecords", () => {
  it("copies clients, grants and keys, so the server continues in the other store", async () => {
    const world = createWorld()
    const before = createFixture({}, world)
    const { clientId, tokens } = await before.signIn()
    const to = memoryStore({ now: world.now })
    const { copied, unreadable, conflicting } = await before.proxy.copyRecords(to)
    expect({ copied, unreadable, conflicting }).toEqual({
      copied: (await keysOf(world.store)).length,
      unreadable: 0,
      conflicting: 0,
    })
    expect(await keysOf(to)).toEqual(await keysOf(world.store))

    const after = createFixture({}, { ...world, store: to })
    await after.verify(tokens.access_token)
    expect((await after.refresh(clientId, tokens.refresh_token)).status).toBe(200)
    expect((await after.authorize(clientId)).get("code")).not.toBeNull()
  })

  it("keeps the expiry of each record", async () => {
    const world = createWorld()
    const server = createFixture({}, world)
    await server.signIn()
    const to = memoryStore({ now: world.now })
    await server.proxy.copyRecords(to)
    for (const wait of [2 * 60_000, 20 * 60_000, 8 * day, 60 * day, 400 * day]) {
      world.advance(wait)
      expect(await keysOf(to)).toEqual(await keysOf(world.store))
    }
  })

  it("copies hundreds of records", async () => {
    const world = createWorld()
    const server = createFixture({}, world)
    for (let count = 0; count < 200; count++) await server.registerPublic()
    const to = memoryStore({ now: world.now })
    expect((await server.proxy.copyRecords(to)).copied).toBe(200)
    expect(await keysOf(to)).toEqual(await keysOf(world.store))
  })

  it("may be repeated, and does not overwrite later changes", async () => {
    const world = createWorld()
    const server = createFixture({}, world)
    const { clientId, tokens } = await server.signIn()
    const to = memoryStore({ now: world.now })
    const first = await server.proxy.copyRecords(to)
    expect(await server.proxy.copyRecords(to)).toEqual(first)

    const there = createFixture({}, { ...world, store: to })
    const { body } = await there.refresh(clientId, tokens.refresh_token)
    const again = await server.proxy.copyRecords(to)
    expect(again.conflicting).toBe(1)
    expect(again.copied).toBe(first.copied - 1)
    expect((await there.refresh(clientId, body.refresh_token)).status).toBe(200)
  })

  it("counts records that it cannot read, and copies the rest", async () => {
    const world = createWorld()
    const server = createFixture({}, world)
    await server.registerPublic()
    const stranger = createFixture({ secret: Buffer.alloc(32, 9).toString("base64url") }, world)
    await stranger.registerPublic()
    const to = memoryStore({ now: world.now })
    expect(await server.proxy.copyRecords(to)).toEqual({
      copied: 1,
      unreadable: 1,
      conflicting: 0,
    })
  })
})

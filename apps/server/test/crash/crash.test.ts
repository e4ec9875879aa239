import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { ownSchema } from "@doorward/test-support/own-schema"
import { postgresAtHand } from "@doorward/test-support/postgres-at-hand"
import { describe, expect, onTestFinished, test } from "vitest"
import { type Fire, underFire } from "./under-fire.ts"

/** With these settings Redis loses nothing that it has acknowledged. */
const lossless = ["--appendonly", "yes", "--appendfsync", "always"]

async function onSqlite(crashes: number): Promise<Fire> {
  const folder = mkdtempSync(join(tmpdir(), "doorward-crash-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { storeUrl: `sqlite:${join(folder, "doorward.db")}`, crashes }
}

async function onRedis(crashes: number): Promise<Fire> {
  const redis = await ownRedis(lossless)
  onTestFinished(redis.dispose)
  return { storeUrl: `redis://127.0.0.1:${redis.port}`, crashes }
}

async function ofRedis(crashes: number): Promise<Fire> {
  const redis = await ownRedis(lossless)
  onTestFinished(redis.dispose)
  return { storeUrl: `redis://127.0.0.1:${redis.port}`, crashes, instead: redis }
}

async function onPostgres(crashes: number): Promise<Fire> {
  const schema = await ownSchema()
  onTestFinished(schema.drop)
  return { storeUrl: schema.url, crashes }
}

/** Whatever a client was told holds after every crash. */
async function expectNothingLost(fire: Fire): Promise<void> {
  const { broken, ...told } = await underFire(fire)
  expect(broken).toEqual([])
  expect(told.clients).toBeGreaterThanOrEqual(2 * fire.crashes)
  expect(told.rotations).toBeGreaterThanOrEqual(5 * fire.crashes)
}

describe("killed while clients register, sign in and refresh, nothing that they were told is lost", () => {
  const timeout = 180_000

  test("the server, on SQLite, ten times over", { timeout }, async () =>
    expectNothingLost(await onSqlite(10)),
  )
  test.skipIf(!redisServerAtHand)("the server, on Redis", { timeout }, async () =>
    expectNothingLost(await onRedis(2)),
  )
  test.skipIf(!postgresAtHand)("the server, on PostgreSQL", { timeout }, async () =>
    expectNothingLost(await onPostgres(2)),
  )
  test.skipIf(!redisServerAtHand)("Redis itself", { timeout }, async () =>
    expectNothingLost(await ofRedis(1)),
  )
})

/** How often in all, in runs of ten crashes each, since a person may have only 100 grants. */
const tens = Math.ceil(Number(process.env.DOORWARD_TEST_CRASHES ?? 0) / 10)

describe.skipIf(tens === 0)("the same, as often as DOORWARD_TEST_CRASHES says", () => {
  const timeout = tens * 300_000
  const stores = [
    { name: "the server, on SQLite", light: onSqlite, atHand: true },
    { name: "the server, on Redis", light: onRedis, atHand: redisServerAtHand },
    { name: "the server, on PostgreSQL", light: onPostgres, atHand: postgresAtHand },
    { name: "Redis itself", light: ofRedis, atHand: redisServerAtHand },
  ]
  for (const { name, light, atHand } of stores) {
    test.skipIf(!atHand)(name, { timeout }, async () => {
      for (let fires = 0; fires < tens; fires++) await expectNothingLost(await light(10))
    })
  }
})

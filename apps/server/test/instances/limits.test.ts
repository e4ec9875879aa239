import { randomBytes } from "node:crypto"
import { ownRedis, redisServerAtHand } from "@doorward/test-support/own-redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Stack, startStack } from "../support/stack.ts"

describe.skipIf(!redisServerAtHand)("limits of two servers on one Redis", () => {
  let redis: Awaited<ReturnType<typeof ownRedis>>
  const stacks: Stack[] = []
  beforeAll(async () => {
    redis = await ownRedis([])
    const environment = {
      MCP_STORE_URL: `redis://127.0.0.1:${redis.port}`,
      DOORWARD_SECRET: randomBytes(32).toString("base64url"),
    }
    for (let count = 0; count < 2; count++) stacks.push(await startStack(environment))
  })
  afterAll(async () => {
    for (const stack of stacks) await stack.close()
    await redis?.dispose()
  })

  /** Registrations without metadata, sent to the servers in turn: refused, and counted. */
  async function register(times: number): Promise<Response[]> {
    const answers: Response[] = []
    for (let sent = 0; sent < times; sent++) {
      const url = `${stacks[sent % 2]?.server.url}/register`
      answers.push(await fetch(url, { method: "POST" }))
    }
    return answers
  }

  test("are counted together", async () => {
    const within = await register(120)
    expect(new Set(within.map(({ status }) => status))).toEqual(new Set([415]))
    // The first few may have come before the connection for counting was open.
    let beyond: Response[] = []
    await expect
      .poll(async () => {
        beyond = await register(2)
        return beyond.map(({ status }) => status)
      })
      .toEqual([429, 429])
    const seconds = Number(beyond[0]?.headers.get("retry-after"))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
  })
})

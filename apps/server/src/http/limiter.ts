import { createHash, randomBytes } from "node:crypto"
import type { Limiter } from "@doorward/oauth-core"
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible"
import { createClient } from "redis"

/**
 * Requests a minute for one address. An office of hundreds behind one address stays far below: each
 * person signs in once a day and refreshes once an hour.
 */
const perMinute: Readonly<Record<string, number>> = {
  register: 120,
  authorize: 600,
  consent: 600,
  callback: 600,
  grants: 120,
  par: 600,
  token: 1200,
  revoke: 600,
  introspect: 12_000,
}

/** Addresses share this many counters in memory, so that a flood of addresses cannot fill it. */
const memoryCounters = 65_536

export interface ClosableLimiter extends Limiter {
  close(): Promise<void>
}

/** Counts in Redis where the store is Redis, so that all instances count together; else in memory. */
export async function createLimiter(storeUrl: string | undefined): Promise<ClosableLimiter> {
  const redis = /^rediss?:/.test(storeUrl ?? "") ? createClient({ url: storeUrl ?? "" }) : undefined
  // Losing the connection is no fault here: memory counts meanwhile, and the client reconnects.
  redis?.on("error", () => undefined)
  await redis?.connect()

  const salt = randomBytes(16)
  const limiters = new Map<string, RateLimiterAbstract>()
  for (const [endpoint, points] of Object.entries(perMinute)) {
    const options = { points, duration: 60, keyPrefix: `doorward-limit:${endpoint}` }
    const memory = new RateLimiterMemory(options)
    limiters.set(
      endpoint,
      redis
        ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory })
        : memory,
    )
  }
  const counterOf = (address: string) =>
    redis
      ? address
      : String(
          createHash("sha256").update(salt).update(address).digest().readUInt32BE() %
            memoryCounters,
        )

  return {
    async consume(key) {
      const colon = key.indexOf(":")
      const limiter = limiters.get(key.slice(0, colon))
      if (!limiter) return {}
      try {
        await limiter.consume(counterOf(key.slice(colon + 1)))
        return {}
      } catch (rejection) {
        if (!(rejection instanceof RateLimiterRes)) throw rejection
        return { retryAfter: Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)) }
      }
    },
    async close() {
      await redis?.close()
    },
  }
}

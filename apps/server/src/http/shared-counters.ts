import { RateLimiterRedis } from "rate-limiter-flexible"
import { createClient } from "redis"

/** A count that Redis has not made by then is made without it, in milliseconds. */
const patience = 250
/** A connection that hangs is left for a new one after `silence`, in milliseconds. */
const pingInterval = 10_000
const silence = 15_000

/** Counts one request. @throws {RateLimiterRes} if it was one too many. */
export type Count = (endpoint: string, address: string) => Promise<unknown>

export interface SharedCounters {
  /** @throws if Redis is away; `RateLimiterRes` if it was one too many. */
  count: Count
  close(): void
}

/** Counters in Redis, which connects, and connects again, by itself. */
export function connectSharedCounters(
  url: string,
  perMinute: ReadonlyMap<string, number>,
): SharedCounters {
  const redis = createClient({ url, pingInterval, socket: { socketTimeout: silence } })
  // Whoever counts meanwhile does so in memory.
  redis.on("error", () => undefined)
  redis.connect().catch(() => undefined)

  /** The one command that the limiters send. */
  const storeClient = {
    eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
      // Commands would wait for the connection to come back.
      if (!redis.isReady) throw new Error("Redis is away")
      return withinPatience(redis.eval(script, options))
    },
  }
  const limiters = new Map(
    [...perMinute].map(([endpoint, points]) => [
      endpoint,
      new RateLimiterRedis({
        points,
        duration: 60,
        keyPrefix: `doorward-limit:${endpoint}`,
        storeClient,
        useRedisPackage: true,
      }),
    ]),
  )
  return {
    count: async (endpoint, address) => limiters.get(endpoint)?.consume(address),
    close() {
      if (redis.isOpen) redis.destroy()
    },
  }
}

async function withinPatience<Result>(work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error("Redis is late")), patience)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

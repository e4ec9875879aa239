import { RateLimiterRedis } from "rate-limiter-flexible"
import { createClient } from "redis"

/** How long to wait for Redis before a request is counted without it, in milliseconds. */
const patience = 250
/** A connection that has been silent for `silence` milliseconds is replaced. */
const pingInterval = 10_000
const silence = 15_000

/** Counts one request. @throws {RateLimiterRes} if that is one too many. */
export type Count = (endpoint: string, address: string) => Promise<unknown>

export interface SharedCounters {
  /** @throws if Redis cannot be reached; `RateLimiterRes` if the request is one too many. */
  count: Count
  close(): void
}

/** Counters in Redis. The client connects and reconnects by itself. */
export function connectSharedCounters(
  url: string,
  perMinute: ReadonlyMap<string, number>,
): SharedCounters {
  const redis = createClient({ url, pingInterval, socket: { socketTimeout: silence } })
  // Until it is back, requests are counted in memory.
  redis.on("error", () => undefined)
  redis.connect().catch(() => undefined)

  /** The only command that the limiters send. */
  const storeClient = {
    eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
      // The client would queue the command until the connection is back.
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

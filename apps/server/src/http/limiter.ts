import { createHash, randomBytes } from "node:crypto"
import type { Limiter } from "@doorward/oauth-core"
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible"
import { type Count, connectSharedCounters } from "./shared-counters.ts"

/**
 * Requests per minute from one address; for the last two, of one client. An office of hundreds behind one address stays far below: each
 * person signs in once a day and refreshes once an hour.
 */
const perMinute = new Map(
  Object.entries({
    register: 120,
    authorize: 600,
    consent: 600,
    callback: 600,
    grants: 120,
    par: 600,
    token: 1200,
    revoke: 600,
    introspect: 12_000,
    device_authorization: 60,
    device: 30,
    client_credentials: 600,
    token_exchange: 12_000,
  }),
)

/** Addresses share this many counters in memory, so that a flood of addresses cannot fill it. */
const memoryCounters = 65_536

export interface ClosableLimiter extends Limiter {
  close(): void
}

/**
 * Counts in Redis if the store is a single Redis server, so that all instances count together. With any
 * other store, a Redis cluster included, and while Redis cannot be reached, it counts in memory.
 */
export function createLimiter(storeUrl: string | undefined): ClosableLimiter {
  const shared = /^rediss?:/.test(storeUrl ?? "")
    ? connectSharedCounters(storeUrl ?? "", perMinute)
    : undefined
  const countHere = memoryCount()

  async function count(endpoint: string, address: string): Promise<void> {
    if (!shared) return void (await countHere(endpoint, address))
    try {
      await shared.count(endpoint, address)
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error
      await countHere(endpoint, address)
    }
  }

  return {
    async consume({ endpoint, address }) {
      if (!perMinute.has(endpoint)) return {}
      try {
        await count(endpoint, address)
        return {}
      } catch (rejection) {
        if (!(rejection instanceof RateLimiterRes)) throw rejection
        return { retryAfter: Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)) }
      }
    },
    close: () => shared?.close(),
  }
}

function memoryCount(): Count {
  const salt = randomBytes(16)
  const limiters = new Map(
    [...perMinute].map(([endpoint, points]) => [
      endpoint,
      new RateLimiterMemory({ points, duration: 60 }),
    ]),
  )
  return async (endpoint, address) => {
    const digest = createHash("sha256").update(salt).update(address).digest()
    await limiters.get(endpoint)?.consume(digest.readUInt32BE() % memoryCounters)
  }
}

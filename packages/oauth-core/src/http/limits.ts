import type { MiddlewareHandler } from "hono"
import type { LimitedEndpoint, LimitedRequest } from "../options.ts"
import type { Client } from "../ports/client.ts"
import { OAuthError } from "../ports/errors.ts"
import type { HttpContext } from "./context.ts"

/** Where codes can be tried, so that nobody may go uncounted: all without an address are counted as one. */
const countsEverybody: LimitedEndpoint = "device"

/**
 * Applies the operator's limiter to an endpoint.
 *
 * @throws {OAuthError} with status 429 and the seconds to wait.
 */
export const limit =
  (endpoint: LimitedEndpoint, http: HttpContext): MiddlewareHandler =>
  async (c, next) => {
    const known = http.options.limiter && http.options.clientAddress?.(c.req.raw, c.env)
    const address = known ?? (endpoint === countsEverybody ? "unknown" : undefined)
    if (address !== undefined) await count({ endpoint, address }, "from this address", http)
    await next()
  }

/**
 * Applies the operator's limiter to a client, wherever it calls from.
 *
 * @throws {OAuthError} with status 429 and the seconds to wait.
 */
export const limitClient = (
  endpoint: LimitedEndpoint,
  { id }: Client,
  http: HttpContext,
): Promise<void> => count({ endpoint, address: id }, "of this client", http)

async function count(request: LimitedRequest, whose: string, { options }: HttpContext) {
  const { retryAfter } = (await options.limiter?.consume(request)) ?? {}
  if (retryAfter === undefined) return
  throw new OAuthError(
    "temporarily_unavailable",
    "rate_limited",
    `Too many requests ${whose}. Try again in ${retryAfter} seconds.`,
    { status: 429, retryAfter },
  )
}

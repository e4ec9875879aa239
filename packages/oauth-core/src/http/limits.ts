import type { MiddlewareHandler } from "hono"
import type { LimitedEndpoint } from "../options.ts"
import { OAuthError } from "../ports/errors.ts"
import type { HttpContext } from "./context.ts"

/**
 * Applies the operator's limiter to an endpoint.
 *
 * @throws {OAuthError} with status 429 and the seconds to wait.
 */
export const limit =
  (endpoint: LimitedEndpoint, { options }: HttpContext): MiddlewareHandler =>
  async (c, next) => {
    const address = options.limiter && options.clientAddress?.(c.req.raw, c.env)
    if (options.limiter && address !== undefined) {
      const { retryAfter } = await options.limiter.consume({ endpoint, address })
      if (retryAfter !== undefined) {
        throw new OAuthError(
          "temporarily_unavailable",
          "rate_limited",
          `Too many requests from this address. Try again in ${retryAfter} seconds.`,
          { status: 429, retryAfter },
        )
      }
    }
    await next()
  }

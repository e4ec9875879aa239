import type { MiddlewareHandler } from "hono"

/**
 * Makes an `Error` of whatever else is thrown, by a limiter, a hook or a page of the operator's: Hono's
 * `onError` sees nothing else.
 */
export const errorsOnly: MiddlewareHandler = async (_, next) => {
  try {
    await next()
  } catch (cause) {
    throw cause instanceof Error ? cause : new Error("what was thrown is not an Error", { cause })
  }
}

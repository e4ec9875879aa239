import { errors } from "undici"
import { BackendError } from "../backend.ts"

/**
 * What an error of a connection means.
 *
 * @param wasSent whether the request had a connection, so that the backend may have seen it.
 */
export function failureOf(error: Error, wasSent: boolean): BackendError {
  if (error instanceof errors.ConnectTimeoutError) {
    return new BackendError("timed_out", "the connection did not stand in time", { cause: error })
  }
  if (!wasSent) {
    return new BackendError("unreachable", "there is no connection", { cause: error })
  }
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return new BackendError("not_mcp", "the answer is not HTTP", { cause: error })
  }
  return new BackendError("closed_early", "the connection ended", { cause: error })
}

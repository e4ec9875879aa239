import { BackendError } from "../backend.ts"

/**
 * What an error of a connection means.
 *
 * @param wasSent whether the request had a connection, so that the backend may have seen it.
 */
export function failureOf(error: Error, wasSent: boolean): BackendError {
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  if (code === "UND_ERR_CONNECT_TIMEOUT") {
    return new BackendError("timed_out", "the connection did not stand in time", { cause: error })
  }
  if (!wasSent) {
    return new BackendError("unreachable", "there is no connection", { cause: error })
  }
  if (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new BackendError("not_mcp", "the answer is not HTTP", { cause: error })
  }
  return new BackendError("closed_early", "the connection ended", { cause: error })
}

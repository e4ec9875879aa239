import type { BackendEvent } from "@doorward/mcp-gateway"
import { describeError, type Logger } from "../operations/log.ts"

/** Writes an event of a backend as one line: a failure as a warning, what a process says as information. */
export function logBackendEvent(log: Logger, event: BackendEvent): void {
  const { type, ...fields } = event
  if (event.type !== "backend.failed") {
    log.info(fields, type)
    return
  }
  const { cause, ...line } = event
  log.warn({ ...line, ...(cause !== undefined && { error: describeError(cause) }) }, type)
}

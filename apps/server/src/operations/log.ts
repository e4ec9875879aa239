import type { RefusalReason, ServerEvent } from "@doorward/oauth-core"
import pino, { type Logger } from "pino"

export type { Logger }

/** Writes JSON lines, to standard output or another file descriptor. */
export const createLogger = (level: string, descriptor = 1): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(descriptor),
  )

/** Reasons that an operator must act on. Every other refusal is caused by a client, a person or Entra ID. */
const faults: ReadonlySet<RefusalReason> = new Set([
  "internal_error",
  "record_unreadable",
  "store_unavailable",
  "upstream_misconfigured",
])

/** Refusals that are part of a sign-in that goes well. */
const routine = new Set<RefusalReason>(["device_pending", "dpop_nonce_needed"])

/** Writes an event of the authorization server as one line. */
export function logEvent(log: Logger, event: ServerEvent): void {
  if (event.type === "warning") {
    log.warn(event.warning)
    return
  }
  if (event.type !== "request.refused" && event.type !== "upstream.failed") {
    log.info(event, event.type)
    return
  }
  const { error, ...fields } = event
  const line = { ...fields, ...(error === undefined ? {} : { error: describeError(error) }) }
  if (faults.has(event.reason)) log.error(line, event.type)
  else if (routine.has(event.reason)) log.debug(line, event.type)
  else log.info(line, event.type)
}

/** Long words may be a secret, a code or a token that the upstream quoted. The host of a URL is not. */
const hostOrSecret = /(\/\/[\w.~+-]+)|[\w.~+-]{40,}/g
const withoutSecrets = (text: string) =>
  text.replace(hostOrSecret, (_, host: string | undefined) => host ?? "[removed]")

/** Names and messages only: an error's other properties may hold whole requests. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error
  const { name, message, cause } = error
  return {
    name,
    message: withoutSecrets(message),
    ...("reason" in error ? { reason: error.reason } : {}),
    ...(cause === undefined || depth > 3 ? {} : { cause: describeError(cause, depth + 1) }),
  }
}

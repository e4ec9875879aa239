import { randomUUID } from "node:crypto"
import { isGuid } from "@doorward/boundary"
import { type AadstsCode, aadsts } from "./aadsts.ts"

/** A refusal in Entra's words. The endpoint decides whether it becomes JSON, a page or a redirect. */
export class EntraError extends Error {
  override readonly name = "EntraError"
  readonly code: AadstsCode
  /** The OAuth error code: the table's, unless the caller sets another. */
  readonly error: string
  readonly redirectedError: string
  readonly status: number
  readonly suberror?: string
  /** A claims request (OIDC Core §5.5) as JSON text, for the client to send with the next sign-in. */
  readonly claims?: string
  /** In seconds. */
  readonly retryAfter?: number
  readonly hasUri: boolean

  constructor(
    code: AadstsCode,
    values: Readonly<Record<string, string>> = {},
    options: { error?: string; claims?: string; retryAfter?: number } = {},
  ) {
    const row = aadsts[code]
    super(`AADSTS${code}: ${fill(row.text, values)}`)
    this.code = code
    this.error = options.error ?? row.error
    this.redirectedError = row.redirectedError ?? this.error
    this.status = row.status
    this.hasUri = row.noUri !== true
    if (row.suberror !== undefined) this.suberror = row.suberror
    if (options.claims !== undefined) this.claims = options.claims
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter
  }
}

/** The ids and the time of a request, which every error contains. */
export interface RequestTrace {
  traceId: string
  correlationId: string
  /** `2026-08-13 21:24:29Z` */
  timestamp: string
}

/** Creates the trace of a request. @param clientRequestId `client-request-id`, used if it is a GUID. */
export function requestTrace(now: number, clientRequestId: string | undefined): RequestTrace {
  return {
    traceId: randomUUID(),
    correlationId: clientRequestId && isGuid(clientRequestId) ? clientRequestId : randomUUID(),
    timestamp: wireTime(now),
  }
}

/** `2026-08-13 21:24:29Z`, as error bodies write it. */
function wireTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace("T", " ")}Z`
}

/** The time with seven decimals, as error texts write it. */
export function longTime(now: number): string {
  return new Date(now).toISOString().replace(/(\.\d{3})Z$/, "$10000Z")
}

export function errorDescription(error: EntraError, trace: RequestTrace): string {
  return `${error.message} Trace ID: ${trace.traceId} Correlation ID: ${trace.correlationId} Timestamp: ${trace.timestamp}`
}

export function errorUri(error: EntraError, baseUrl: string): string {
  return `${baseUrl}/error?code=${error.code}`
}

/** The JSON body of a refusal by the token endpoint. The members are in Entra's order. */
export function errorBody(error: EntraError, trace: RequestTrace, baseUrl: string) {
  return {
    error: error.error,
    error_description: errorDescription(error, trace),
    error_codes: [error.code],
    timestamp: trace.timestamp,
    trace_id: trace.traceId,
    correlation_id: trace.correlationId,
    ...(error.hasUri && { error_uri: errorUri(error, baseUrl) }),
    ...(error.suberror !== undefined && { suberror: error.suberror }),
    ...(error.claims !== undefined && { claims: error.claims }),
  }
}

/** Replaces `{name}` by its value. `{{…}}` becomes literal braces. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(.*?)\}\}|\{(\w+)\}/g, (_, literal?: string, name?: string) =>
    literal !== undefined ? `{${literal}}` : (values[name ?? ""] ?? "…"),
  )
}

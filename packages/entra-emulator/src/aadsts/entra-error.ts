import { randomUUID } from "node:crypto"
import { type AadstsCode, aadsts } from "./aadsts.ts"

/** A refusal, as Entra words it. Where it is thrown decides whether it becomes JSON, a page or a redirect. */
export class EntraError extends Error {
  override readonly name = "EntraError"
  readonly code: AadstsCode
  /** The registered OAuth error; the table's, unless this place uses another for the same number. */
  readonly error: string
  readonly redirectedError: string
  readonly status: number
  readonly suberror?: string
  /** A claims request (OIDC Core §5.5) as JSON text, to be sent with the next sign-in. */
  readonly claims?: string
  /** Seconds. */
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

/** What identifies one request in every answer to it. */
export interface RequestTrace {
  traceId: string
  correlationId: string
  /** `2026-08-13 21:24:29Z` */
  timestamp: string
}

/** @param clientRequestId from `client-request-id`; used if it is a GUID. */
export function requestTrace(now: number, clientRequestId: string | undefined): RequestTrace {
  return {
    traceId: randomUUID(),
    correlationId: isGuid(clientRequestId) ? clientRequestId : randomUUID(),
    timestamp: wireTime(now),
  }
}

export function isGuid(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
}

/** `2026-08-13 21:24:29Z`, as error bodies write it. */
function wireTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace("T", " ")}Z`
}

/** The instant with seven decimals, as error texts write it. */
export function longTime(now: number): string {
  return new Date(now).toISOString().replace(/(\.\d{3})Z$/, "$10000Z")
}

export function errorDescription(error: EntraError, trace: RequestTrace): string {
  return `${error.message} Trace ID: ${trace.traceId} Correlation ID: ${trace.correlationId} Timestamp: ${trace.timestamp}`
}

export function errorUri(error: EntraError, baseUrl: string): string {
  return `${baseUrl}/error?code=${error.code}`
}

/** The JSON body of a refusal at the token endpoint, its members in the order served. */
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

/** `{name}` is replaced by its value; `{{…}}` stands for literal braces. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(.*?)\}\}|\{(\w+)\}/g, (_, literal?: string, name?: string) =>
    literal !== undefined ? `{${literal}}` : (values[name ?? ""] ?? "…"),
  )
}

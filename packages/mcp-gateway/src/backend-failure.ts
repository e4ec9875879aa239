import type { BackendError, BackendFailure } from "./backend.ts"
import { requestId } from "./protocol/messages.ts"

/** What a client is told: no cause and no address, which are the operator's. */
interface Told {
  status: 502 | 503 | 504
  message: string
}

const tellOperator = "Please tell the person who runs it."
const tooMany = "The server behind this gateway is too busy. Try again shortly."
const brokenOff = "The server behind this gateway broke off before it answered. Try again shortly."

const told: Readonly<Record<BackendFailure, Told>> = {
  unreachable: {
    status: 502,
    message: "The server behind this gateway can't be reached. Try again shortly.",
  },
  timed_out: {
    status: 504,
    message: "The server behind this gateway took too long to answer. Try again shortly.",
  },
  closed_early: { status: 502, message: brokenOff },
  process_ended: { status: 502, message: brokenOff },
  not_mcp: {
    status: 502,
    message: `The server behind this gateway did not answer in MCP. ${tellOperator}`,
  },
  refused: {
    status: 502,
    message: `The server behind this gateway refused the gateway. ${tellOperator}`,
  },
  too_large: {
    status: 502,
    message: "The server behind this gateway gave a longer answer than is allowed.",
  },
  too_many_requests: { status: 503, message: tooMany },
  too_many_processes: { status: 503, message: tooMany },
  assertion: {
    status: 503,
    message: "The gateway could not vouch for you just now. Try again shortly.",
  },
  upstream_token: {
    status: 502,
    message: "The gateway could not get the access that this server needs. Sign in again.",
  },
  upstream_unavailable: {
    status: 503,
    message:
      "The sign-in service could not be asked for the access that this server needs. Try again shortly.",
  },
}

const RETRY_SECONDS = "5"

/**
 * The answer to a request that a backend could not serve: a JSON-RPC error with the request's id.
 *
 * @param body the parsed body of the request; `undefined` for a GET or DELETE.
 */
export function failureResponse({ failure }: BackendError, body: unknown): Response {
  const { status, message } = told[failure]
  return rpcErrorResponse(status, { message, body }, status === 503 ? RETRY_SECONDS : undefined)
}

/** The HTTP status that a failure is answered with. */
export function statusOf(failure: BackendFailure): number {
  return told[failure].status
}

/** A server-sent event that ends a request whose stream broke off (MCP transports, Streamable HTTP). */
export function failureEvent({ failure }: BackendError, body: unknown): string {
  const { message } = told[failure]
  return `event: message\ndata: ${rpcError({ message, body })}\n\n`
}

/** A JSON-RPC error with the id of a request that a backend has not answered, and will not. */
export function failureMessage({ failure }: BackendError, id: string | number) {
  return rpcErrorMessage(id, told[failure].message)
}

export function rpcErrorMessage(id: string | number, message: string) {
  return { jsonrpc: "2.0" as const, id, error: { code: -32000, message } }
}

/** The answer for a session that is unknown, or another caller's: clients then start a new one. */
export function sessionNotFound(body: unknown): Response {
  return rpcErrorResponse(404, { code: -32001, message: "Session not found", body })
}

/** A JSON-RPC error (JSON-RPC 2.0 §5.1). */
export interface RpcError {
  /** Default: -32000. */
  code?: number
  /** Safe to send. */
  message: string
  /** The parsed body of the request, whose id it takes. */
  body: unknown
}

export function rpcErrorResponse(status: number, error: RpcError, retryAfter?: string): Response {
  const headers: Record<string, string> = { "content-type": "application/json" }
  if (retryAfter !== undefined) headers["retry-after"] = retryAfter
  return new Response(rpcError(error), { status, headers })
}

function rpcError({ code = -32000, message, body }: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: requestId(body) })
}

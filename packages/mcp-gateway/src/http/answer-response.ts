import type { IncomingHttpHeaders } from "node:http"
import { BackendError } from "../backend.ts"
import { rpcErrorResponse, sessionNotFound } from "../backend-failure.ts"
import { longestSessionId } from "../session-id.ts"
import type { BackendAnswer } from "./exchange.ts"
import { isEventStream, isJson } from "./media-type.ts"

/** The request that an answer belongs to. */
export interface Asked {
  /** The parsed body; `undefined` for a GET or DELETE. */
  body: unknown
  /** Whether the body holds a request, which must be answered. */
  expectsAnswer: boolean
  /** Whether the client named a session. */
  hasSession: boolean
  /** What the client gets for a session id of the backend. */
  sealSession: (id: string) => string
}

/** What passes from the backend to the client, besides the session id. */
const PASSED = ["content-type", "cache-control", "retry-after", "mcp-protocol-version"] as const

const utf8 = new TextDecoder()

/**
 * The answer as the client gets it, with nothing of the backend's but what MCP has.
 *
 * @throws {BackendError} if it is not MCP, or refuses the gateway itself.
 */
export function answerResponse(answer: BackendAnswer, asked: Asked): Response {
  const { status } = answer
  assertUsable(answer)
  const headers = passedHeaders(answer.headers, asked)
  if ("stream" in answer) return new Response(answer.stream, { status, headers })
  if (isEventStream(status, answer.headers)) {
    headers["content-length"] = String(answer.body.byteLength)
    return new Response(utf8.decode(answer.body), { status, headers })
  }
  const isEmpty = answer.body.byteLength === 0 || status === 202 || status === 205
  if (!isEmpty && isJson(answer.headers)) {
    return new Response(jsonText(answer.body), { status, headers })
  }
  if (status >= 400) return withoutText(status, headers, asked)
  if (!isEmpty || (status === 200 && asked.expectsAnswer)) throw notMcp(answer)
  delete headers["content-type"]
  return new Response(null, { status, headers })
}

/** What no client should see: it would take it for the gateway's own word. */
function assertUsable(answer: BackendAnswer): void {
  const { status, headers } = answer
  if (status === 401 || status === 407 || (status === 403 && !isOwnPolicy(headers))) {
    throw new BackendError("refused", `it answered with status ${status}`)
  }
  const encoding = headers["content-encoding"] ?? "identity"
  const isPlain = status < 300 || (status >= 400 && status < 600)
  if (!isPlain || encoding !== "identity") throw notMcp(answer)
}

/** A server that refuses a person, not the gateway, does so in JSON and asks for no other credentials. */
function isOwnPolicy(headers: IncomingHttpHeaders): boolean {
  return isJson(headers) && headers["www-authenticate"] === undefined
}

/** An error whose text is not JSON, and may be anything: the client gets the status and a text of ours. */
function withoutText(status: number, headers: Record<string, string>, asked: Asked): Response {
  if (status >= 502 && status <= 504) {
    throw new BackendError("unreachable", `what is in front of it answered with status ${status}`)
  }
  const isElsewhere = asked.body !== undefined && !asked.hasSession
  if (status >= 500 || (isElsewhere && (status === 404 || status === 405))) {
    throw new BackendError("not_mcp", `it answered with status ${status} and no JSON`)
  }
  if (status === 404 && asked.hasSession) return sessionNotFound(asked.body)
  const message = `The server behind this gateway refused the request with status ${status}.`
  return rpcErrorResponse(status, { message, body: asked.body }, headers["retry-after"])
}

function passedHeaders(
  backend: IncomingHttpHeaders,
  { sealSession }: Asked,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of PASSED) {
    const value = backend[name]
    if (typeof value === "string") headers[name] = value
  }
  const session = backend["mcp-session-id"]
  if (session === undefined) return headers
  if (typeof session !== "string" || !isSessionId(session)) {
    throw new BackendError("not_mcp", "its session id is not visible ASCII, or too long")
  }
  headers["mcp-session-id"] = sealSession(session)
  return headers
}

function isSessionId(text: string): boolean {
  return text.length <= longestSessionId && /^[\x21-\x7e]+$/.test(text)
}

/** Text, since a server sends a short text together with its headers. */
function jsonText(body: Uint8Array): string {
  const text = utf8.decode(body)
  try {
    JSON.parse(text)
  } catch (error) {
    throw new BackendError("not_mcp", "its answer is not JSON", { cause: error })
  }
  return text
}

function notMcp({ status, headers }: BackendAnswer): BackendError {
  const type = headers["content-type"] ?? "no type"
  return new BackendError("not_mcp", `it answered with status ${status} and ${type}`)
}

import { exactJson } from "@doorward/boundary"
import type { ServeMcp } from "@doorward/mcp-server"
import { JSONRPCRequestSchema } from "@modelcontextprotocol/sdk/types.js"
import { BackendError } from "../backend.ts"
import type { BackendEvents } from "../backend-events.ts"
import { rpcErrorResponse, sessionNotFound } from "../backend-failure.ts"
import { type Caller, callerOf } from "../identity/caller.ts"
import { isObject, messagesOf, requestId } from "../protocol/messages.ts"
import { outgoingBody } from "../protocol/outgoing-body.ts"
import type { OpenChannel } from "./backend-channel.ts"
import { BridgeSession } from "./bridge-session.ts"
import { claimedVersion, isStatelessNotification } from "./claimed-version.ts"
import { keepUp } from "./keep-up.ts"
import { LiveSessions, type SessionLimits } from "./live-sessions.ts"
import type { CallerChannel } from "./stateless/caller-channel.ts"
import { statelessBridge } from "./stateless/stateless-bridge.ts"
import { answerWithoutSession } from "./without-session.ts"

/** How sessions begin, and what becomes of them. */
export interface BridgeSettings extends SessionLimits {
  /** Seconds until a backend must have answered the first request of a session. */
  startSeconds: number
  /** Whether the backend may speak revisions without sessions. */
  maybeStateless: boolean
  open: OpenChannel
  events: BackendEvents
}

/** A bridge to a backend that knows no HTTP, or not the one of today. */
export interface Bridge {
  serve: ServeMcp
  /** Ends every session. Requests are refused from then on. */
  close(): Promise<void>
}

/**
 * Serves Streamable HTTP with sessions, each of which has a channel of its own to the backend. A session
 * belongs to the caller who began it; for anybody else its id is unknown.
 */
export function bridge(settings: BridgeSettings): Bridge {
  const { events, open, startSeconds } = settings
  const sessions = new LiveSessions<BridgeSession | CallerChannel>(settings)
  const serveStateless = settings.maybeStateless && statelessBridge({ ...settings, sessions })
  let isClosed = false

  const serve: ServeMcp = async (request, { authInfo, parsedBody, bodyText }) => {
    const caller = callerOf(authInfo)
    const refused = request.method === "POST" && refuseBody(request, caller, parsedBody, bodyText)
    if (refused) return refused
    const body = exactJson(parsedBody, bodyText)
    if (isInitialize(parsedBody)) return begin(request, caller, body)
    const id = request.headers.get("mcp-session-id")
    if (id === null) return withoutSession(request, caller, body)
    const session = sessions.find(id, caller)
    if (!(session instanceof BridgeSession))
      return events.refused("session_unknown", caller, sessionNotFound(parsedBody))
    if (usesOpenId(session, parsedBody)) {
      const message = "This id belongs to a request that has not been answered."
      const response = rpcErrorResponse(400, { code: -32600, message, body: parsedBody })
      return events.refused("id_in_use", caller, response)
    }
    return handle(session, request, body)
  }

  async function withoutSession(request: Request, caller: Caller, body: unknown) {
    const message = JSONRPCRequestSchema.safeParse(body).data
    const version = claimedVersion(body)
    if (serveStateless && message && version !== undefined) {
      try {
        assertOpen()
        const response = await serveStateless({ request, caller, message, version })
        if (response) return response
      } catch (error) {
        if (error instanceof BackendError) return events.failed(error, body)
        throw error
      }
    }
    if (isStatelessNotification(request, body)) return new Response(null, { status: 202 })
    const [reason, response] = answerWithoutSession(body)
    return events.refused(reason, caller, response)
  }

  function assertOpen(): void {
    if (isClosed) throw new BackendError("unreachable", "the gateway is closing")
  }

  async function begin(request: Request, caller: Caller, body: unknown): Promise<Response> {
    const session = new BridgeSession(caller, {
      onFailure: events.brokenOff,
      onEnd: () => void sessions.end(session),
    })
    try {
      assertOpen()
      await sessions.add(session)
      await session.connect(open)
      const response = await handle(session, request, body)
      const isRefused = !response.ok || (await session.isRefused(startSeconds))
      // Nobody will learn the id of a session whose client has gone.
      if (isRefused || request.signal.aborted) void sessions.end(session)
      return response
    } catch (error) {
      void sessions.end(session)
      if (error instanceof BackendError) return events.failed(error, body)
      throw error
    }
  }

  async function handle(session: BridgeSession, request: Request, body: unknown) {
    sessions.use(session)
    const response = await session.handle(request, body)
    if (request.method === "DELETE" && response.ok) void sessions.end(session)
    if (!response.body || !response.ok) return response
    sessions.beginStream(session)
    return keepUp(response, () => sessions.endStream(session))
  }

  function refuseBody(
    { headers }: Request,
    caller: Caller,
    body: unknown,
    text: string | undefined,
  ) {
    const checked = outgoingBody(headers, body, text)
    if (!("reason" in checked)) return undefined
    const error = { code: checked.code, message: checked.message, body }
    return events.refused(checked.reason, caller, rpcErrorResponse(400, error))
  }

  return {
    serve,
    async close() {
      isClosed = true
      await sessions.endAll()
    },
  }
}

function isInitialize(body: unknown): boolean {
  return isObject(body) && body.method === "initialize"
}

function usesOpenId(session: BridgeSession, body: unknown): boolean {
  return (messagesOf(body) ?? []).some((message) => {
    const id = requestId(message)
    return id !== null && session.isOpen(id)
  })
}

import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import { type AuthInfo, verifiedToken } from "../auth-info.ts"
import type { ServeMcp } from "../http/guard.ts"
import { callsMethod, rpcError } from "../protocol/json-rpc.ts"
import type { Refusal, RefusalReason } from "../refusal.ts"
import type { Sdk1Server, Sdk1ServerFactory } from "./server-factory.ts"

export interface Sdk1SessionOptions {
  /** Sessions in memory at once. Beyond it the one that was quiet for longest ends. Default: 1000. */
  maxSessions?: number
  /** Sessions of one user with one client. Beyond it their oldest ends. Default: 20. */
  maxSessionsPerCaller?: number
  /** Minutes without a request and without an open stream, after which a session ends. Default: 30. */
  idleMinutes?: number
  /** Is told every request that is refused for its session. */
  onRefusal?: (refusal: Refusal) => void
}

/** `serve` for `protectMcp`, with the sessions behind it. */
export interface Sdk1Sessions extends ServeMcp {
  /** Ends every session. */
  close(): Promise<void>
}

interface Session {
  server: Sdk1Server
  transport: WebStandardStreamableHTTPServerTransport
  caller: string
  lastUsed: number
  openStreams: number
}

/**
 * Serves MCP sessions, each by a server of its own, in the memory of this process.
 *
 * A session belongs to the user and the client whose token opened it. To anybody else its id names
 * nothing: an id is not a credential.
 */
export function sdk1Sessions(
  factory: Sdk1ServerFactory,
  options: Sdk1SessionOptions = {},
): Sdk1Sessions {
  const { maxSessions = 1000, maxSessionsPerCaller = 20, idleMinutes = 30, onRefusal } = options
  /** The session that was used last comes last. */
  const sessions = new Map<string, Session>()

  function end({ server, transport }: Session): Promise<void> {
    if (transport.sessionId) sessions.delete(transport.sessionId)
    return server.close().catch(() => undefined)
  }

  const use = (id: string, session: Session): void => {
    session.lastUsed = Date.now()
    sessions.delete(id)
    sessions.set(id, session)
  }

  function endIdle(): void {
    const limit = Date.now() - idleMinutes * 60_000
    for (const [id, session] of sessions) {
      if (session.lastUsed > limit) return
      if (session.openStreams > 0) use(id, session)
      else void end(session)
    }
  }

  /** False if there is no room, because every session is in use. */
  function makeRoom(caller: string): boolean {
    const own = [...sessions.values()].filter((session) => session.caller === caller)
    if (own[0] && own.length >= maxSessionsPerCaller) void end(own[0])
    if (sessions.size < maxSessions) return true
    const quiet = [...sessions.values()].find((session) => session.openStreams === 0)
    if (quiet) void end(quiet)
    return quiet !== undefined
  }

  function refuse(
    status: number,
    reason: RefusalReason,
    message: string,
    authInfo: AuthInfo,
  ): Response {
    const { clientId, resource } = authInfo
    const { subject } = verifiedToken(authInfo)
    onRefusal?.({ reason, status, resource: resource.href, clientId, subject })
    const headers = new Headers({ "content-type": "application/json" })
    if (status === 503) headers.set("retry-after", "30")
    return new Response(rpcError(status === 404 ? -32001 : -32000, message), { status, headers })
  }

  async function open(request: Request, authInfo: AuthInfo, body: unknown): Promise<Response> {
    const caller = callerOf(authInfo)
    if (!makeRoom(caller)) {
      return refuse(503, "too_many_sessions", "Too many sessions. Try again later.", authInfo)
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => {
        sessions.set(id, session)
      },
    })
    transport.onclose = () => {
      if (transport.sessionId) sessions.delete(transport.sessionId)
    }
    const server = await factory({ authInfo })
    const session: Session = { server, transport, caller, lastUsed: Date.now(), openStreams: 0 }
    await server.connect(transport)
    const response = await transport.handleRequest(request, { authInfo, parsedBody: body })
    if (!transport.sessionId) await end(session)
    return response
  }

  const serve: ServeMcp = async (request, { authInfo, parsedBody }) => {
    endIdle()
    const id = request.headers.get("mcp-session-id")
    if (id === null) {
      if (callsMethod(parsedBody, "initialize")) return open(request, authInfo, parsedBody)
      return refuse(400, "session_missing", "The Mcp-Session-Id header is missing.", authInfo)
    }
    const session = sessions.get(id)
    if (session?.caller !== callerOf(authInfo)) {
      const reason = session ? "session_of_another_user" : "session_unknown"
      return refuse(404, reason, "Session not found", authInfo)
    }
    use(id, session)
    const response = await session.transport.handleRequest(request, { authInfo, parsedBody })
    return request.method === "GET" ? countStream(response, session) : response
  }

  return Object.assign(serve, {
    close: async () => {
      await Promise.all([...sessions.values()].map(end))
    },
  })
}

function callerOf(authInfo: AuthInfo): string {
  const { issuer, subject, clientId } = verifiedToken(authInfo)
  return JSON.stringify([issuer, subject, clientId])
}

/** A session whose client listens is in use, however long nothing is said. */
function countStream(response: Response, session: Session): Response {
  const source = response.body
  if (!source || !response.ok) return response
  session.openStreams += 1
  const reader = source.getReader()
  let isOpen = true
  /** A client that leaves ends the stream, and with it the pending read: that counts once. */
  const ended = () => {
    if (isOpen) session.openStreams -= 1
    isOpen = false
    session.lastUsed = Date.now()
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        ended()
        throw error
      })
      if (value) controller.enqueue(value)
      if (!done) return
      ended()
      controller.close()
    },
    cancel(reason) {
      ended()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

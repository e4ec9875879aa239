import { readOptions } from "@doorward/boundary"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import { type AuthInfo, verifiedToken } from "../auth-info.ts"
import { refusalResponse } from "../http/refusal-response.ts"
import { callsOneOf } from "../protocol/json-rpc.ts"
import { type Refused, refusalEvent } from "../refusals.ts"
import type { ServeMcp } from "../serve-mcp.ts"
import { LiveSessions, type Session } from "./live-sessions.ts"
import { type Sdk1SessionOptions, sdk1SessionOptions } from "./options.ts"
import {
  sessionMissing,
  sessionOfAnotherUser,
  sessionUnknown,
  tooManySessions,
} from "./refusals.ts"
import type { Sdk1ServerFactory } from "./server-factory.ts"
import { whenStreamEnds } from "./stream-end.ts"

const INITIALIZE = new Set(["initialize"])

/** `serve` for a guard, with the sessions behind it. */
export interface Sdk1Sessions extends ServeMcp {
  /** Ends every session. */
  close(): Promise<void>
}

/**
 * Serves MCP sessions of the 1.x SDK, each with a server of its own, in the memory of this process.
 *
 * A session belongs to the user and the client whose token opened it. For anybody else its id is
 * unknown: an id is not a credential.
 *
 * @example
 * const serve = sdk1Sessions(() => createSdk1Server(), { maxSessions: 200 })
 * protectMcp(app, { path: "/mcp", proxy, serve })
 * @throws {ConfigurationError} with every mistake in the options.
 */
export function sdk1Sessions(
  factory: Sdk1ServerFactory,
  options: Sdk1SessionOptions = {},
): Sdk1Sessions {
  const { onRefusal, ...limits } = readOptions("sdk1Sessions", sdk1SessionOptions, options)
  const sessions = new LiveSessions(limits)

  function refuse(refused: Refused, authInfo: AuthInfo): Response {
    const verified = verifiedToken(authInfo)
    onRefusal?.(refusalEvent({ ...refused, verified }, authInfo.resource.href))
    return refusalResponse(refused)
  }

  async function open(request: Request, authInfo: AuthInfo, body: unknown): Promise<Response> {
    const caller = callerOf(authInfo)
    if (!sessions.makeRoomFor(caller)) return refuse(tooManySessions, authInfo)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => sessions.use(id, session),
    })
    transport.onclose = () => {
      if (transport.sessionId) sessions.forget(transport.sessionId)
    }
    const server = await factory({ authInfo })
    const session: Session = { server, transport, caller, lastUsed: Date.now(), openStreams: 0 }
    await server.connect(transport)
    const response = await transport.handleRequest(request, { authInfo, parsedBody: body })
    if (!transport.sessionId) await sessions.end(session)
    return response
  }

  const serve: ServeMcp = async (request, { authInfo, parsedBody }) => {
    sessions.endIdle()
    const id = request.headers.get("mcp-session-id")
    if (id === null) {
      if (callsOneOf(parsedBody, INITIALIZE)) return open(request, authInfo, parsedBody)
      return refuse(sessionMissing, authInfo)
    }
    const session = sessions.get(id)
    if (session?.caller !== callerOf(authInfo)) {
      return refuse(session ? sessionOfAnotherUser : sessionUnknown, authInfo)
    }
    sessions.use(id, session)
    const response = await session.transport.handleRequest(request, { authInfo, parsedBody })
    return request.method === "GET" ? countStream(response, session) : response
  }

  return Object.assign(serve, { close: () => sessions.endAll() })
}

function callerOf(authInfo: AuthInfo): string {
  const { issuer, subject, clientId } = verifiedToken(authInfo)
  return JSON.stringify([issuer, subject, clientId])
}

/** A session whose client listens is in use, even if nothing is sent for a long time. */
function countStream(response: Response, session: Session): Response {
  if (!response.body || !response.ok) return response
  session.openStreams += 1
  return whenStreamEnds(response, () => {
    session.openStreams -= 1
    session.lastUsed = Date.now()
  })
}

import type { ServeMcpOptions } from "@doorward/mcp-server"
import type { BackendEvents } from "../backend-events.ts"
import { rpcErrorResponse, sessionNotFound } from "../backend-failure.ts"
import type { Caller } from "../identity/caller.ts"
import { isObject } from "../protocol/messages.ts"
import { type OutgoingBody, outgoingBody } from "../protocol/outgoing-body.ts"
import type { SessionIds } from "../session-id.ts"

/** A request that may go to the backend. */
export interface Admitted {
  /** What the guard parsed; `undefined` for a GET or DELETE. */
  parsedBody: unknown
  /** What the backend gets of it. */
  body: OutgoingBody | undefined
  /** The session that the client named. */
  session: { id: string; sealed: string } | undefined
  /** What the client gets for a session id of the backend. */
  sealSession: (id: string) => string
}

/** Decides whether a request may go to the backend: its body is clear, and its session is the caller's. */
export function requestAdmission(
  sessions: SessionIds,
  events: BackendEvents,
): (
  request: Request,
  caller: Caller,
  read: Pick<ServeMcpOptions, "parsedBody" | "bodyText">,
) => Admitted | Response {
  return (request, caller, { parsedBody, bodyText }) => {
    const { headers, method } = request
    const body = method === "POST" ? outgoingBody(headers, parsedBody, bodyText) : undefined
    if (body && "reason" in body) {
      const error = { code: body.code, message: body.message, body: parsedBody }
      return events.refused(body.reason, caller, rpcErrorResponse(400, error))
    }
    const sealed = beginsSession(parsedBody) ? null : headers.get("mcp-session-id")
    const id = sealed === null ? undefined : sessions.open(sealed, caller)
    if (sealed !== null && id === undefined) {
      return events.refused("session_unknown", caller, sessionNotFound(parsedBody))
    }
    const session = sealed !== null && id !== undefined ? { id, sealed } : undefined
    // Servers repeat the id in every answer. The client's own spelling of it saves sealing it again.
    const sealSession = (given: string) =>
      given === session?.id ? session.sealed : sessions.seal(given, caller)
    return { parsedBody, body, session, sealSession }
  }
}

/** Clients that were told that their session is unknown may still send its id when they begin a new one. */
function beginsSession(body: unknown): boolean {
  return isObject(body) && body.method === "initialize"
}

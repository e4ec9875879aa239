import type { ServeMcp } from "@doorward/mcp-server"
import { asBackend } from "../as-backend.ts"
import { type Backend, BackendError } from "../backend.ts"
import { backendEvents } from "../backend-events.ts"
import { failureEvent, rpcErrorResponse, sessionNotFound } from "../backend-failure.ts"
import { callerOf } from "../identity/caller.ts"
import { identityHeaders } from "../identity/identity-headers.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import { isObject, requestId } from "../protocol/messages.ts"
import { outgoingBody } from "../protocol/outgoing-body.ts"
import { readSecrets } from "../secrets.ts"
import { sessionIds } from "../session-id.ts"
import { answerResponse } from "./answer-response.ts"
import { backendConnection } from "./backend-connection.ts"
import { inspectBackend } from "./inspect-backend.ts"
import { pingBackend } from "./ping-backend.ts"
import { requestHeaders } from "./request-headers.ts"

/** What a request is answered with when its client has gone; nobody sees it. */
const CLIENT_GONE = 499

/** A backend of the Streamable HTTP transport, with or without sessions. */
export function httpBackend(settings: ForwardToSettings): Backend {
  const { url, name, headers: fixed } = settings
  const connection = backendConnection(settings)
  const sessions = sessionIds(readSecrets(settings.secret), name)
  const identify = identityHeaders(settings.identity, url.href)
  const events = backendEvents(name, settings.onEvent)

  const serve: ServeMcp = async (request, { authInfo, parsedBody, bodyText }) => {
    const caller = callerOf(authInfo)
    const body = request.method === "POST" ? outgoingBody(parsedBody, bodyText) : undefined
    if (body && "reason" in body) {
      const error = { code: -32600, message: body.message, body: parsedBody }
      return events.refused(body.reason, caller, rpcErrorResponse(400, error))
    }
    const sealed = beginsSession(parsedBody) ? null : request.headers.get("mcp-session-id")
    const session = sealed === null ? undefined : sessions.open(sealed, caller)
    if (sealed !== null && session === undefined) {
      return events.refused("session_unknown", caller, sessionNotFound(parsedBody))
    }
    try {
      const headers = {
        ...fixed,
        ...(await identify(authInfo, caller)),
        ...requestHeaders(request.headers, parsedBody),
        ...(session !== undefined && { "mcp-session-id": session }),
      }
      const { method, signal } = request
      const answer = await connection.send(
        { method, headers, body: body?.text ?? null, signal },
        {
          isRepeatable: body?.isRepeatable ?? true,
          lastWords(error, hasEventId) {
            events.brokenOff(error)
            return hasEventId ? undefined : lastWords(error, parsedBody)
          },
        },
      )
      return await answerResponse(answer, {
        body: parsedBody,
        expectsAnswer: body?.expectsAnswer ?? false,
        hasSession: session !== undefined,
        sealSession: (id) =>
          id === session && sealed !== null ? sealed : sessions.seal(id, caller),
      })
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: CLIENT_GONE })
      if (error instanceof BackendError) return events.failed(error, parsedBody)
      throw error
    }
  }

  return asBackend(name, serve, {
    ping: (signal) => pingBackend(connection, settings, signal),
    inspect: (signal) => inspectBackend(connection, settings, signal),
    close: () => connection.close(),
  })
}

/** Clients that were told that their session is unknown may still send its id when they begin a new one. */
function beginsSession(body: unknown): boolean {
  return isObject(body) && body.method === "initialize"
}

/** A client that can't resume would wait for its answer until its own time runs out. */
function lastWords(error: BackendError, body: unknown): Uint8Array | undefined {
  if (requestId(body) === null) return undefined
  return Buffer.from(`\n\n${failureEvent(error, body)}`)
}

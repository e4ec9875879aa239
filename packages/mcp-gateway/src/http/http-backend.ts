import { readSecrets } from "@doorward/boundary"
import type { ServeMcp, ServeMcpOptions, ServeOpen } from "@doorward/mcp-server"
import { asBackend } from "../as-backend.ts"
import { type Backend, BackendError } from "../backend.ts"
import { backendEvents } from "../backend-events.ts"
import { failureEvent } from "../backend-failure.ts"
import { type Caller, callerOf, nobody } from "../identity/caller.ts"
import { identityHeaders } from "../identity/identity-headers.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import { requestId } from "../protocol/messages.ts"
import { sessionIds } from "../session-id.ts"
import { type Admitted, requestAdmission } from "./admit-request.ts"
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
  const admit = requestAdmission(sessions, events)

  const serve: ServeMcp = (request, options) => {
    const caller = callerOf(options.authInfo)
    return pass(request, options, caller, () => identify(options.authInfo, caller))
  }
  const serveOpen: ServeOpen = (request, options) => pass(request, options, nobody, () => ({}))

  async function pass(
    request: Request,
    options: Omit<ServeMcpOptions, "authInfo">,
    caller: Caller,
    identity: () => Record<string, string> | Promise<Record<string, string>>,
  ): Promise<Response> {
    const admitted = admit(request, caller, options)
    if (admitted instanceof Response) return admitted
    try {
      const headers = {
        ...fixed,
        ...(await identity()),
        ...requestHeaders(request.headers, options.parsedBody),
        ...(admitted.session && { "mcp-session-id": admitted.session.id }),
      }
      return await forward(request, headers, admitted)
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: CLIENT_GONE })
      if (error instanceof BackendError) return events.failed(error, options.parsedBody)
      throw error
    }
  }

  async function forward(
    { method, signal }: Request,
    headers: Record<string, string>,
    { body, parsedBody, session, sealSession }: Admitted,
  ): Promise<Response> {
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
    try {
      const expectsAnswer = body?.expectsAnswer ?? false
      const hasSession = session !== undefined
      return answerResponse(answer, { body: parsedBody, expectsAnswer, hasSession, sealSession })
    } catch (error) {
      if ("stream" in answer) await answer.stream.cancel()
      throw error
    }
  }

  return asBackend(name, serve, {
    serveOpen,
    ping: (signal) => pingBackend(connection, settings, signal),
    inspect: (signal) => inspectBackend(connection, settings, signal),
    close: () => connection.close(),
  })
}

/** A client that can't resume would wait for its answer until its own time runs out. */
function lastWords(error: BackendError, body: unknown): Uint8Array | undefined {
  if (requestId(body) === null) return undefined
  return Buffer.from(`\n\n${failureEvent(error, body)}`)
}

import { AsyncLocalStorage } from "node:async_hooks"
import type { ServeMcp } from "@doorward/mcp-server"
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js"
import { asBackend } from "../as-backend.ts"
import { type Backend, BackendError } from "../backend.ts"
import { backendEvents } from "../backend-events.ts"
import { bridge } from "../bridge/bridge-backend.ts"
import { inspectChannel } from "../bridge/inspect-channel.ts"
import { type BackendConnection, backendConnection } from "../http/backend-connection.ts"
import { pingBackend } from "../http/ping-backend.ts"
import { callerOf } from "../identity/caller.ts"
import { identityHeaders } from "../identity/identity-headers.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import { boundedEvents } from "./bounded-events.ts"
import { openSseChannel } from "./sse-channel.ts"

const SESSIONS_PER_CALLER = 20
const IDLE_MINUTES = 30

/** A backend of the HTTP+SSE transport of 2024-11-05. Its sessions are in the memory of this process. */
export function sseBackend(settings: ForwardToSettings): Backend {
  const { url, name, answerSeconds } = settings
  const connection = backendConnection(settings)
  const identify = identityHeaders(settings.identity, url.href)
  const events = backendEvents(name, settings.onEvent)
  const identity = new AsyncLocalStorage<Record<string, string>>()
  const channel = {
    url,
    seconds: answerSeconds,
    fetch: fetchOver(connection, settings, () => identity.getStore() ?? {}),
  }
  const bridged = bridge({
    maxSessions: settings.maxStreams,
    maxSessionsPerCaller: SESSIONS_PER_CALLER,
    idleMinutes: IDLE_MINUTES,
    whenFull: "too_many_requests",
    startSeconds: answerSeconds,
    maybeStateless: false,
    events,
    open: (_caller, listener) => openSseChannel(channel, listener),
  })

  /** Who is calling is said anew with each message: an assertion does not live as long as a session. */
  const serve: ServeMcp = async (request, options) => {
    let headers: Record<string, string>
    try {
      headers = await identify(options.authInfo, callerOf(options.authInfo))
    } catch (error) {
      if (error instanceof BackendError) return events.failed(error, options.parsedBody)
      throw error
    }
    return await identity.run(headers, async () => await bridged.serve(request, options))
  }

  return asBackend(name, serve, {
    ping: (signal) => pingBackend(connection, settings, signal),
    inspect: (signal = new AbortController().signal) =>
      inspectChannel((listener) => openSseChannel(channel, listener), signal),
    async close() {
      await bridged.close()
      await connection.close()
    },
  })
}

/** Requests of the SDK's transport, over the connections and within the limits of the backend. */
function fetchOver(
  connection: BackendConnection,
  { headers: fixed, maxAnswerBytes }: ForwardToSettings,
  identity: () => Record<string, string>,
): FetchLike {
  return async (target, init) => {
    const { pathname, search } = new URL(target)
    const { method = "GET", body } = init ?? {}
    const request = {
      method,
      path: pathname + search,
      headers: { ...Object.fromEntries(new Headers(init?.headers)), ...fixed, ...identity() },
      body: typeof body === "string" ? body : null,
      signal: init?.signal ?? undefined,
    }
    const answer = await connection.send(request, { isRepeatable: false })
    const { status } = answer
    if (status === 401 || status === 403) {
      throw new BackendError("refused", `it answered with status ${status}`)
    }
    if (status >= 300) throw new BackendError("not_mcp", `it answered with status ${status}`)
    if (!("stream" in answer)) return new Response(null, { status })
    const stream = answer.stream.pipeThrough(boundedEvents(maxAnswerBytes))
    return new Response(stream, { status, headers: { "content-type": "text/event-stream" } })
  }
}

import { Client, type FetchLike, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { BackendError, type BackendReport } from "../backend.ts"
import type { ForwardToSettings } from "../options-schema.ts"
import { reportOf } from "../report-of.ts"
import type { BackendConnection } from "./backend-connection.ts"

/** How long all of it may take. */
const INSPECTION_SECONDS = 30

/**
 * Connects as a client of either era, asks for the lists, and ends the session if there is one.
 *
 * @throws {BackendError} if the server cannot be reached, or does not speak MCP.
 */
export async function inspectBackend(
  connection: BackendConnection,
  settings: ForwardToSettings,
  signal?: AbortSignal,
): Promise<BackendReport> {
  const deadline = AbortSignal.timeout(INSPECTION_SECONDS * 1000)
  const until = signal ? AbortSignal.any([signal, deadline]) : deadline
  const client = new Client(
    { name: "doorward", version: "1.0.0" },
    { versionNegotiation: { mode: "auto" } },
  )
  let failure: unknown
  const transport = new StreamableHTTPClientTransport(settings.url, {
    async fetch(_url, init) {
      try {
        return await fetchOver(connection, settings, init, until)
      } catch (error) {
        failure = error
        throw error
      }
    },
  })
  try {
    await client.connect(transport, { signal: until })
    const report = await reportOf(client, until)
    await transport.terminateSession()
    return report
  } catch (error) {
    if (failure instanceof BackendError) throw failure
    throw new BackendError("not_mcp", "it does not speak MCP", { cause: error })
  } finally {
    await client.close()
  }
}

/** What the client asks, over the connections and with the headers that every request has. */
async function fetchOver(
  connection: BackendConnection,
  { headers: fixed }: ForwardToSettings,
  init: Parameters<FetchLike>[1],
  until: AbortSignal,
): Promise<Response> {
  const headers = { ...Object.fromEntries(new Headers(init?.headers)), ...fixed }
  const signal = init?.signal ? AbortSignal.any([until, init.signal]) : until
  const { method = "GET", body } = init ?? {}
  const request = { method, headers, body: typeof body === "string" ? body : null, signal }
  const answer = await connection.send(request, { isRepeatable: false })
  const { status } = answer
  if (status === 401 || status === 403) {
    throw new BackendError("refused", `it answered with status ${status}`)
  }
  const own = new Headers()
  for (const name of ["content-type", "mcp-session-id"]) {
    const value = answer.headers[name]
    if (typeof value === "string") own.set(name, value)
  }
  if ("stream" in answer) return new Response(answer.stream, { status, headers: own })
  const isEmpty = answer.body.byteLength === 0
  return new Response(isEmpty ? null : answer.body, { status, headers: own })
}

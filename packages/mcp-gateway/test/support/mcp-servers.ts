import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { serve as listen } from "@hono/node-server"
import {
  McpServer as Sdk1McpServer,
  type ToolCallback,
} from "@modelcontextprotocol/sdk/server/mcp.js"
import {
  type EventStore,
  StreamableHTTPServerTransport,
} from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { onTestFinished } from "vitest"

/** A stateless server of the 2.x line, for clients of both eras. */
export async function statelessServer(create = countingServer): Promise<string> {
  const handler = createMcpHandler(create)
  const server = listen({
    fetch: (request) => handler.fetch(request),
    port: 0,
    hostname: "127.0.0.1",
  })
  if (!server.listening) await once(server, "listening")
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

function countingServer(): McpServer {
  const server = new McpServer({ name: "stateless", version: "2.0.0" })
  server.registerTool("count", { description: "Counts to three" }, async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of progressToken === undefined ? [] : [1, 2, 3]) {
      await mcpReq.notify({
        method: "notifications/progress",
        params: { progressToken: progressToken!, progress, total: 3 },
      })
    }
    return { content: [{ type: "text", text: "counted" }] }
  })
  return server
}

export interface SessionServer {
  url: string
  /** Its sessions that have not ended. */
  sessions: Map<string, StreamableHTTPServerTransport>
  /** How many calls of `wait` have begun, and how many were cancelled. */
  waiting: number
  cancelled: number
  /** Ends the connection of the newest POST; a call of `stumble` then goes on. */
  breakOff(): void
}

/** A server of the 1.x line that keeps sessions, and events for clients that resume a stream. */
export async function sessionServer(create?: () => Sdk1McpServer): Promise<SessionServer> {
  const sessions: SessionServer["sessions"] = new Map()
  const answers: ServerResponse[] = []
  const brokenOff = Promise.withResolvers<void>()
  const state = {
    url: "",
    sessions,
    waiting: 0,
    cancelled: 0,
    breakOff() {
      answers.at(-1)?.once("close", brokenOff.resolve).destroy()
    },
  }
  const http = createServer(async (request, response) => {
    if (request.method === "POST") answers.push(response)
    const id = request.headers["mcp-session-id"]
    const known = typeof id === "string" ? sessions.get(id) : undefined
    if (known) return known.handleRequest(request, response)
    if (id !== undefined) return response.writeHead(404).end("no such session")
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: eventStore(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    })
    const server = create?.() ?? toolsOfSession(state, brokenOff.promise)
    await server.connect(transport as Parameters<Sdk1McpServer["connect"]>[0])
    await transport.handleRequest(request, response)
  })
  await once(http.listen(0, "127.0.0.1"), "listening")
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  state.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`
  return state
}

function toolsOfSession(state: SessionServer, brokenOff: Promise<void>): Sdk1McpServer {
  const server = new Sdk1McpServer({ name: "sessions", version: "1.0.0" })
  let calls = 0
  server.registerTool("count", { description: "Counts its calls" }, async (extra) => {
    calls += 1
    for (const step of [1, 2, 3]) await report(extra, step)
    return text(`call ${calls}`)
  })
  server.registerTool("stumble", { description: "Breaks off in between" }, async (extra) => {
    await report(extra, 1)
    await brokenOff
    await report(extra, 2)
    return text("arrived")
  })
  server.registerTool("ask", { description: "Asks the person" }, async () => {
    const { action, content } = await server.server.elicitInput({
      message: "Which city?",
      requestedSchema: { type: "object", properties: { city: { type: "string" } } },
    })
    return text(`${action} ${content?.city}`)
  })
  server.registerTool("wait", { description: "Ends when it is cancelled" }, async ({ signal }) => {
    state.waiting += 1
    await once(signal, "abort")
    state.cancelled += 1
    return text("cancelled")
  })
  return server
}

type Extra = Parameters<ToolCallback>[0]

/** Reports progress, if the client asked for it. */
async function report({ _meta, sendNotification }: Extra, progress: number): Promise<void> {
  const progressToken = _meta?.progressToken
  if (progressToken === undefined) return
  const params = { progressToken, progress, total: 3 }
  await sendNotification({ method: "notifications/progress", params })
}

function text(value: string) {
  return { content: [{ type: "text" as const, text: value }] }
}

/** Keeps every event; its id is its place. */
function eventStore(): EventStore {
  const events: { stream: string; message: JSONRPCMessage }[] = []
  return {
    async storeEvent(stream, message) {
      return String(events.push({ stream, message }))
    },
    async replayEventsAfter(last, { send }) {
      const { stream = "" } = events[Number(last) - 1] ?? {}
      for (const [index, event] of events.entries()) {
        const isMissed = index >= Number(last) && event.stream === stream
        if (isMissed && Object.keys(event.message).length > 0) {
          await send(String(index + 1), event.message)
        }
      }
      return stream
    },
  }
}

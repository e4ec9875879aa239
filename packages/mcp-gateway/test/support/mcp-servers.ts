import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { serve as listen } from "@hono/node-server"
import { McpServer as Sdk1McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { onTestFinished } from "vitest"

/** A stateless server of the 2.x line, for clients of both eras. */
export async function statelessServer(): Promise<string> {
  const handler = createMcpHandler(() => {
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
  })
  const server = listen({
    fetch: (request) => handler.fetch(request),
    port: 0,
    hostname: "127.0.0.1",
  })
  if (!server.listening) await once(server, "listening")
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

export interface SessionServer {
  url: string
  /** The ids of its sessions that have not ended. */
  sessions: Map<string, StreamableHTTPServerTransport>
}

/** A server of the 1.x line that keeps sessions. `remember` returns what its session said before. */
export async function sessionServer(): Promise<SessionServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const http = createServer(async (request, response) => {
    const id = request.headers["mcp-session-id"]
    const known = typeof id === "string" ? sessions.get(id) : undefined
    if (known) return known.handleRequest(request, response)
    if (id !== undefined) {
      const error = {
        jsonrpc: "2.0",
        error: { code: -32001, message: "Session not found" },
        id: null,
      }
      return response
        .writeHead(404, { "content-type": "application/json" })
        .end(JSON.stringify(error))
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    })
    await rememberingServer().connect(transport as Parameters<Sdk1McpServer["connect"]>[0])
    await transport.handleRequest(request, response)
  })
  await once(http.listen(0, "127.0.0.1"), "listening")
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`, sessions }
}

function rememberingServer(): Sdk1McpServer {
  const server = new Sdk1McpServer({ name: "sessions", version: "1.0.0" })
  let calls = 0
  server.registerTool(
    "count",
    { description: "Counts its calls" },
    async ({ _meta, sendNotification }) => {
      calls += 1
      const progressToken = _meta?.progressToken
      for (const progress of progressToken === undefined ? [] : [1, 2, 3]) {
        const params = { progressToken: progressToken!, progress, total: 3 }
        await sendNotification({ method: "notifications/progress", params })
      }
      return { content: [{ type: "text", text: `call ${calls}` }] }
    },
  )
  server.registerTool("ask", { description: "Asks the person" }, async () => {
    const { action, content } = await server.server.elicitInput({
      message: "Which city?",
      requestedSchema: { type: "object", properties: { city: { type: "string" } } },
    })
    return { content: [{ type: "text", text: `${action} ${content?.city}` }] }
  })
  server.registerTool("wait", { description: "Ends when it is cancelled" }, async ({ signal }) => {
    await once(signal, "abort")
    return { content: [] }
  })
  return server
}

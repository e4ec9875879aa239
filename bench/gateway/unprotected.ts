import { serve } from "@hono/node-server"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { report } from "./contestant.ts"

/** The server of protected.ts without the guard, but with the body read for it, as the guard reads it. */
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "backend", version: "1.0.0" })
  server.registerTool("greet", { description: "Greets" }, () => ({
    content: [{ type: "text", text: "hello" }],
  }))
  return server
})
const app = new Hono()
app.post("/mcp", async ({ req }) => handler.fetch(req.raw, { parsedBody: await req.raw.json() }))
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
  report({ url: `http://127.0.0.1:${port}/mcp` }),
)

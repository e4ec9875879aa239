import { serve } from "@hono/node-server"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { report } from "./contestant.ts"

/** The MCP server behind all of them: the official SDK, without sessions. */
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "backend", version: "1.0.0" })
  server.registerTool("greet", { description: "Greets" }, () => ({
    content: [{ type: "text", text: "hello" }],
  }))
  return server
})
serve({ fetch: (request) => handler.fetch(request), hostname: "127.0.0.1", port: 0 }, ({ port }) =>
  report({ url: `http://127.0.0.1:${port}/mcp` }),
)

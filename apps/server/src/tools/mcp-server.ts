import { McpServer } from "@modelcontextprotocol/server"
import { registerGraphMe } from "./graph-me.ts"
import { registerWhoami } from "./whoami.ts"

/** The example MCP server: what a tool can know about its caller and do on their behalf. */
export function createMcpServer(options: { graphUrl: string }): McpServer {
  const server = new McpServer({ name: "doorward", version: "1.0.0" })
  registerWhoami(server)
  registerGraphMe(server, options)
  return server
}

import { McpServer } from "@modelcontextprotocol/server"
import { registerGraphMe } from "./graph-me.ts"
import { registerWhoami } from "./whoami.ts"

/** The example MCP server: what a tool can know of its caller, and do in their name. */
export function createMcpServer(options: { graphUrl: string }): McpServer {
  const server = new McpServer({ name: "doorward", version: "1.0.0" })
  registerWhoami(server)
  registerGraphMe(server, options)
  return server
}

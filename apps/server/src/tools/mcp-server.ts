import type { ServeMcp } from "@doorward/mcp-server"
import { graphUrlOf } from "@doorward/provider-azure"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import type { Configuration } from "../configuration/read-configuration.ts"
import { registerGraphMe } from "./graph-me.ts"
import { registerWhoami } from "./whoami.ts"

/** Serves the example tools: what a tool can know about its caller and do on their behalf. */
export function exampleTools({ entra }: Configuration): ServeMcp {
  const graphUrl = entra.graphUrl ?? graphUrlOf(entra.authorityHost)
  return createMcpHandler(() => createMcpServer({ graphUrl })).fetch
}

function createMcpServer(options: { graphUrl: string }): McpServer {
  const server = new McpServer({ name: "doorward", version: "1.0.0" })
  registerWhoami(server)
  registerGraphMe(server, options)
  return server
}

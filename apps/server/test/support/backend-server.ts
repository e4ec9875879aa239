import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"

/** An MCP server that somebody runs behind Doorward. */
export interface BackendServer {
  url: string
  /** The headers of every request that reached it. */
  received: Headers[]
  close(): Promise<void>
}

/** A server of the 2.x SDK, for clients of both eras, with these tools, and resources by their URIs. */
export async function backendServer(...offered: readonly string[]): Promise<BackendServer> {
  const received: Headers[] = []
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "a backend", version: "1.2.3" })
    for (const uri of offered.filter(isUri)) {
      server.registerResource(uri, uri, {}, ({ href }) => ({
        contents: [{ uri: href, text: `${href} was read` }],
      }))
    }
    for (const name of offered.filter((each) => !isUri(each))) {
      server.registerTool(name, { description: `The tool ${name}` }, () => ({
        content: [{ type: "text", text: `${name} was called` }],
      }))
    }
    return server
  })
  const server = serve({
    fetch: (request) => {
      received.push(request.headers)
      return handler.fetch(request)
    },
    hostname: "127.0.0.1",
    port: 0,
  })
  if (!server.listening) await once(server, "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    received,
    async close() {
      if ("closeAllConnections" in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const isUri = (name: string) => name.includes("://")

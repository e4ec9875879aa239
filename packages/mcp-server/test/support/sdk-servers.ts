import { McpServer as Sdk1McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer, requireScopes } from "@modelcontextprotocol/server"
import { z } from "zod"
import { grantedToken } from "../../src/index.ts"

/** A server of the 2.x line: `whoami`, and `write`, which asks for a scope by the SDK's own means. */
export function sdk2Server(): McpServer {
  const server = new McpServer({ name: "example", version: "1.0.0" })
  server.registerTool("whoami", { description: "Who is calling" }, ({ http }) =>
    text(grantedToken(http?.authInfo).identity.name ?? ""),
  )
  server.registerTool("write", { scopeChallenge: requireScopes("mcp.write") }, () =>
    text("written"),
  )
  return server
}

/** A server of the 1.x line: `whoami`, and `count`, which remembers how often its session called it. */
export function sdk1Server(): Sdk1McpServer {
  const server = new Sdk1McpServer({ name: "example", version: "1.0.0" })
  let calls = 0
  server.registerTool("whoami", { description: "Who is calling" }, ({ authInfo }) =>
    text(grantedToken(authInfo).identity.name ?? ""),
  )
  server.registerTool("count", { inputSchema: { by: z.number().default(1) } }, ({ by }) => {
    calls += by
    return text(String(calls))
  })
  return server
}

function text(value: string) {
  return { content: [{ type: "text" as const, text: value }] }
}

import { grantedToken } from "@doorward/mcp-server"
import type { McpServer } from "@modelcontextprotocol/server"

/** `whoami`: who is signed in, through which client, with which scopes. */
export function registerWhoami(server: McpServer): void {
  server.registerTool(
    "whoami",
    {
      title: "Who am I",
      description: "Who is signed in, through which client and with which scopes.",
    },
    ({ http }) => {
      const { identity, clientId, clientName, scopes } = grantedToken(http?.authInfo)
      const { name, username, email, tenantId, subject, roles } = identity
      const caller = {
        user: { name, username, email, subject, tenantId, roles },
        client: { id: clientId, name: clientName },
        scopes,
      }
      return { content: [{ type: "text", text: JSON.stringify(caller, null, 2) }] }
    },
  )
}

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { type ClientFetch, type McpConnection, textOf } from "./connection.ts"

/** Connects with the 2.x SDK's client, which speaks 2026-07-28 where the server does. */
export async function connectModern(url: URL, fetch: ClientFetch): Promise<McpConnection> {
  const client = new Client(
    { name: "doorward-test-client", version: "0" },
    { versionNegotiation: { mode: "auto" } },
  )
  const transport = new StreamableHTTPClientTransport(url, { fetch })
  await client.connect(transport)
  return {
    protocolVersion: client.getNegotiatedProtocolVersion() ?? "unknown",
    serverName: client.getServerVersion()?.name ?? "unknown",
    async listTools() {
      const { tools } = await client.listTools()
      return tools.map(({ name, inputSchema, annotations }) => ({
        name,
        required: Array.isArray(inputSchema.required) ? inputSchema.required.map(String) : [],
        readOnly: annotations?.readOnlyHint === true,
      }))
    },
    async callTool(name) {
      const { content, isError } = await client.callTool({ name, arguments: {} })
      return { text: textOf(content), isError: isError === true }
    },
    async close() {
      await transport.terminateSession().catch(() => undefined)
      await client.close()
    },
  }
}

import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import { type ClientFetch, type McpConnection, textOf } from "./connection.ts"

/** Connects with the 1.x SDK's client, which speaks revisions up to 2025-11-25. */
export async function connectLegacy(url: URL, fetch: ClientFetch): Promise<McpConnection> {
  const client = new Client({ name: "doorward-test-client", version: "0" })
  const transport = new StreamableHTTPClientTransport(url, { fetch })
  // The SDK's own type is stricter about undefined than its transport.
  await client.connect(transport as Transport)
  return {
    protocolVersion: transport.protocolVersion ?? "unknown",
    serverName: client.getServerVersion()?.name ?? "unknown",
    async listTools() {
      const { tools } = await client.listTools()
      return tools.map(({ name, inputSchema, annotations }) => ({
        name,
        required: inputSchema.required ?? [],
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

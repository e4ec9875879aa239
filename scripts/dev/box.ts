import type { Plan } from "./plan.ts"

/** Where everything is, whom to sign in as, and how to add the server to each client. */
export function box({ mcpUrl, testClientUrl, emulatorUrl }: Plan): string {
  const lines = [
    "Doorward is running. Ctrl-C ends it.",
    "",
    `MCP endpoint      ${mcpUrl}`,
    `About this server ${new URL("/", mcpUrl).href}`,
    `Test client       ${testClientUrl}`,
    ...(emulatorUrl === undefined
      ? ["Sign-in           Microsoft Entra ID, as AZURE_* say"]
      : [
          `Sign-in           ${emulatorUrl} (stands in for Microsoft Entra ID)`,
          "Sign in as        alice@contoso.example, bob@contoso.example, …",
        ]),
    "",
    "Add it to a client:",
    `Claude            claude mcp add --transport http doorward ${mcpUrl}`,
    `VS Code           .vscode/mcp.json   {"servers":{"doorward":{"type":"http","url":"${mcpUrl}"}}}`,
    `Cursor            .cursor/mcp.json   {"mcpServers":{"doorward":{"url":"${mcpUrl}"}}}`,
    `Inspector         npx @modelcontextprotocol/inspector   (Streamable HTTP, the endpoint above)`,
  ]
  const width = Math.max(...lines.map((line) => line.length))
  const rule = "─".repeat(width + 2)
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`].join("\n")
}

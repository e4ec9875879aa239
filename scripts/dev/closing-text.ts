import type { Plan } from "./plan.ts"

const columns = 80

/** What is printed once everything runs: how to use it, then where everything is. */
export const closingText = (plan: Plan): string =>
  [...forClients(plan.mcpUrl), ...forOtherProjects(plan), box(summary(plan))].join("\n")

function forClients(mcpUrl: string): string[] {
  const vsCode = { servers: { doorward: { type: "http", url: mcpUrl } } }
  const cursor = { mcpServers: { doorward: { url: mcpUrl } } }
  return [
    "",
    "Add the server to Claude Code:",
    `  claude mcp add --transport http doorward ${mcpUrl}`,
    "to VS Code, in .vscode/mcp.json:",
    `  ${JSON.stringify(vsCode)}`,
    "to Cursor, in .cursor/mcp.json:",
    `  ${JSON.stringify(cursor)}`,
    "to the MCP Inspector, with the transport Streamable HTTP:",
    "  npx @modelcontextprotocol/inspector",
    "",
  ]
}

/** A block that can be copied as it is. */
function forOtherProjects({ emulator }: Plan): string[] {
  if (!emulator) return []
  return [
    "To sign in with the emulator from another project, put this into its .env:",
    "",
    ...Object.entries(emulator.settings).map(([name, value]) => `${name}=${value}`),
    "",
    `The emulator redirects to ${emulator.redirectUri}, on any port.`,
    "",
  ]
}

function summary({ mcpUrl, testClientUrl, emulator, backend }: Plan): string[] {
  return [
    "Doorward is running. Ctrl-C ends it.",
    "",
    `MCP endpoint       ${mcpUrl}`,
    ...(backend ? [`MCP server         ${shown(backend)}`] : []),
    `About this server  ${mcpUrl.slice(0, -"mcp".length)}`,
    `Test client        ${testClientUrl}`,
    ...(emulator
      ? [
          `Sign-in            ${emulator.url}, in place of Microsoft Entra ID`,
          "Sign in as         alice@contoso.example, bob@contoso.example, …",
        ]
      : ["Sign-in            Microsoft Entra ID, as AZURE_* say"]),
  ]
}

const shown = (backend: NonNullable<Plan["backend"]>) =>
  "url" in backend ? backend.url : backend.command.join(" ")

/** Draws a frame around lines, and breaks those that would not fit into it. */
function box(lines: readonly string[]): string {
  const room = columns - 4
  const broken = lines.flatMap((line) =>
    line.length <= room ? [line] : (line.match(new RegExp(`.{1,${room}}`, "gu")) ?? []),
  )
  const width = Math.max(...broken.map((line) => line.length))
  const rule = "─".repeat(width + 2)
  return [`┌${rule}┐`, ...broken.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`].join("\n")
}

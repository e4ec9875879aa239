import { page, sendPage } from "@doorward/oauth-core"
import type { Context } from "hono"
import { html } from "hono/html"

/** The page at `/`: what this is, and how to add it to each client. */
export function landingPage(
  c: Context,
  { mcpUrl, provider }: { mcpUrl: string; provider: string },
): Promise<Response> {
  const { host } = new URL(mcpUrl)
  const name = "doorward"
  const json = (value: unknown) => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`
  return sendPage(
    c,
    page(
      `MCP server at ${host}`,
      html`<header>
<p class="server">${host}</p>
<h1>An MCP server behind ${provider} sign-in</h1>
</header>
<p>Add this address to an MCP client. The client registers itself; you sign in with ${provider} in your
browser, and approve what it may do.</p>
<pre><code>${mcpUrl}</code></pre>
<h2>Claude</h2>
<p>In Claude, add a custom connector with the address above. With Claude Code:</p>
<pre><code>claude mcp add --transport http ${name} ${mcpUrl}</code></pre>
<h2>VS Code</h2>
<p>In <code>.vscode/mcp.json</code>:</p>
${json({ servers: { [name]: { type: "http", url: mcpUrl } } })}
<h2>Cursor</h2>
<p>In <code>.cursor/mcp.json</code>:</p>
${json({ mcpServers: { [name]: { url: mcpUrl } } })}
<h2>MCP Inspector</h2>
<pre><code>npx @modelcontextprotocol/inspector</code></pre>
<p>Choose the transport Streamable HTTP and enter the address above.</p>
<h2>Clients that only start a program</h2>
<pre><code>npx mcp-remote ${mcpUrl}</code></pre>
<p class="quiet"><a href="${new URL("grants", mcpUrl).href}">See and end what you have allowed</a></p>`,
    ),
  )
}

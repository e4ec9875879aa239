import { page, sendPage } from "@doorward/oauth-core"
import type { Context } from "hono"
import { html } from "hono/html"
import type { Endpoint } from "../endpoints.ts"

interface LandingPageData {
  endpoints: readonly Endpoint[]
  /** The page where people see their grants. */
  grants: string
  /** The name of the identity provider. */
  provider: string
}

/** The page at `/`: what this is, and how to add it to each client. */
export function landingPage(
  c: Context,
  { endpoints, grants, provider }: LandingPageData,
): Promise<Response> {
  const [first] = endpoints
  const url = first?.resource ?? ""
  const { host } = new URL(url)
  const isOnly = endpoints.length === 1
  const name = (isOnly ? undefined : first?.backend?.key) ?? "doorward"
  const json = (value: unknown) => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`
  const title = isOnly ? "An MCP server" : "MCP servers"
  const addresses = isOnly
    ? html`<pre><code>${url}</code></pre>`
    : endpoints.map(
        (endpoint) => html`<h2>${endpoint.name}</h2>
<pre><code>${endpoint.resource}</code></pre>`,
      )
  return sendPage(
    c,
    page(
      `MCP ${isOnly ? "server" : "servers"} at ${host}`,
      html`<header>
<p class="server">${host}</p>
<h1>${title} behind ${provider} sign-in</h1>
</header>
<p>Add ${isOnly ? "this address" : "one of these addresses"} to an MCP client. The client registers itself; you sign in with ${provider} in your
browser, and approve what it may do.</p>
${addresses}
<h2>Claude</h2>
<p>In Claude, add a custom connector with the address${isOnly ? " above" : ", such as the first one above"}. With Claude Code:</p>
<pre><code>claude mcp add --transport http ${name} ${url}</code></pre>
<h2>VS Code</h2>
<p>In <code>.vscode/mcp.json</code>:</p>
${json({ servers: { [name]: { type: "http", url } } })}
<h2>Cursor</h2>
<p>In <code>.cursor/mcp.json</code>:</p>
${json({ mcpServers: { [name]: { url } } })}
<h2>MCP Inspector</h2>
<pre><code>npx @modelcontextprotocol/inspector</code></pre>
<p>Choose the transport Streamable HTTP and enter the address${isOnly ? " above" : ""}.</p>
<h2>Clients that only start a program</h2>
<pre><code>npx mcp-remote ${url}</code></pre>
<p class="quiet"><a href="${grants}">See and end what you have allowed</a></p>`,
    ),
  )
}

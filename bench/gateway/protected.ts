import { protectMcp } from "@doorward/mcp-server"
import { memoryStore, newClientSecret, oauthProxy } from "@doorward/oauth-core"
import { serve } from "@hono/node-server"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { report } from "./contestant.ts"

/** The server of backend.ts in the same process as the guard, with a rule that every call must meet. */
const nobody = () => Promise.reject(new Error("nobody signs in here"))
const { secret, hash } = await newClientSecret()
const proxy = oauthProxy({
  baseUrl: "http://localhost:8000",
  provider: {
    name: "Nobody",
    scopes: ["read"],
    permissions: () => [],
    authorizationUrl: nobody,
    redeem: nobody,
    refresh: nobody,
  },
  store: memoryStore(),
  secret: Buffer.alloc(32, 7).toString("base64url"),
  clients: [{ clientId: "bench", clientSecretHash: hash, clientCredentials: { scopes: ["read"] } }],
})
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "backend", version: "1.0.0" })
  server.registerTool("greet", { description: "Greets" }, () => ({
    content: [{ type: "text", text: "hello" }],
  }))
  return server
})
const app = new Hono()
protectMcp(app, {
  path: "/mcp",
  proxy,
  serve: handler.fetch,
  policy: { tools: { "gr*": { scopes: ["read"], callers: ["app"] } } },
})

const response = await proxy.app.request("http://localhost:8000/token", {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "bench",
    client_secret: secret,
  }),
})
const { access_token: token } = (await response.json()) as { access_token: string }
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
  report({ url: `http://127.0.0.1:${port}/mcp`, token }),
)

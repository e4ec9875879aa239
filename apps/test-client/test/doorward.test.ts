import { createEntraEmulator, defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { grantedToken, protectMcp } from "@doorward/mcp-server"
import { memoryStore, oauthProxy } from "@doorward/oauth-core"
import { azureProvider } from "@doorward/provider-azure"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { expect, test } from "vitest"
import { headlessSignIn, runFlow } from "../src/index.ts"

const BASE_URL = "http://localhost:8000"

function createServer(): McpServer {
  const server = new McpServer({ name: "example", version: "1.0.0" })
  server.registerTool("whoami", {}, async ({ http }) => {
    const { identity, upstreamToken } = grantedToken(http?.authInfo)
    const { scopes } = await upstreamToken(["User.Read"])
    return { content: [{ type: "text", text: `${identity.username}, upstream ${scopes}` }] }
  })
  return server
}

/** Doorward with the emulated Entra ID behind it, reached without sockets. */
function doorward() {
  const emulator = createEntraEmulator()
  const proxy = oauthProxy({
    baseUrl: BASE_URL,
    provider: azureProvider({
      tenantId: defaultTenant.id,
      clientId: defaultApp.clientId,
      clientSecret: defaultApp.clientSecret,
      scopes: ["User.Read", "email", "openid"],
      fetch: (url, init) => emulator.fetch(new Request(url, init)),
    }),
    store: memoryStore(),
    secret: Buffer.alloc(32, 7).toString("base64url"),
  })
  const app = new Hono().route("/", proxy.app)
  protectMcp(app, { path: "/mcp", proxy, serve: createMcpHandler(createServer).fetch })
  return async (request: Request): Promise<Response> =>
    request.url.startsWith(BASE_URL) ? app.fetch(request) : emulator.fetch(request)
}

test.each(["legacy", "modern"] as const)(
  "the flow passes against Doorward with the emulated Entra ID, %s era",
  async (era) => {
    const result = await runFlow({
      url: `${BASE_URL}/mcp`,
      era,
      signIn: headlessSignIn({ user: "bob" }),
      fetch: doorward(),
    })
    const broken = result.steps.flatMap(({ id, checks, error }) => [
      ...checks.filter(({ held }) => !held).map((check) => `${id}: ${check.id} ${check.detail}`),
      ...(error ? [`${id}: ${error}`] : []),
    ])
    expect(broken).toEqual([])
    const [said] = result.steps.find(({ id }) => id === "tool")?.notes ?? []
    expect(said).toMatch(/^whoami: bob@contoso\.example, upstream .*User\.Read/)
    expect(result.ok).toBe(true)
  },
)

import { createEntraEmulator, defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { forwardTo } from "@doorward/mcp-gateway"
import { protectMcp } from "@doorward/mcp-server"
import { memoryStore, oauthProxy } from "@doorward/oauth-core"
import { azureProvider } from "@doorward/provider-azure"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { clientId, redirectUri, signIn } from "../sign-in/sign-in.ts"
import { report } from "./contestant.ts"

/** Everything that a request meets: the token check with its grant, the guard, and the gateway. */
const secret = Buffer.alloc(32, 7).toString("base64url")
const emulator = createEntraEmulator()
const proxy = oauthProxy({
  baseUrl: "http://localhost:8000",
  provider: azureProvider({
    tenantId: defaultTenant.id,
    clientId: defaultApp.clientId,
    clientSecret: defaultApp.clientSecret,
    scopes: ["User.Read"],
    fetch: (url, init) => emulator.fetch(new Request(url, init)),
  }),
  store: memoryStore(),
  secret,
  clients: [{ clientId, redirectUris: [redirectUri] }],
})
const app = new Hono().route("/", proxy.app)
const backend = forwardTo(process.argv[2] ?? "", { secret })
protectMcp(app, {
  path: "/mcp",
  proxy,
  serve: backend,
  policy: { tools: { delete: { roles: ["Admin"] } } },
})

const { access_token: token } = await signIn(proxy, emulator, "alice.bench@contoso.example")
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
  report({ url: `http://127.0.0.1:${port}/mcp`, token }),
)

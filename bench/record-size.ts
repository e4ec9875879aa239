import { createEntraEmulator, defaultApp, defaultTenant } from "@doorward/entra-emulator"
import { memoryStore, type OAuthProxy, oauthProxy } from "@doorward/oauth-core"
import { azureProvider } from "@doorward/provider-azure"
import { clientId, redirectUri, signIn } from "./sign-in/sign-in.ts"
import { contestants } from "./store/contestants.ts"

/**
 * How many bytes a client takes in each store, and a grant with its user's record:
 * a thousand registrations and a thousand sign-ins through the emulator, copied into each store.
 */

const count = 1_000
const baseUrl = "http://localhost:8000"

interface Deployment {
  proxy: OAuthProxy
  /** Signs a new person in through the client. */
  signIn(at: number): Promise<void>
  /** Ends the records of sign-ins that are over. */
  wait(): void
}

function deploy(): Deployment {
  let ahead = 0
  const now = () => Date.now() + ahead
  const emulator = createEntraEmulator({ now })
  const proxy = oauthProxy({
    baseUrl,
    provider: azureProvider({
      tenantId: defaultTenant.id,
      clientId: defaultApp.clientId,
      clientSecret: defaultApp.clientSecret,
      scopes: ["User.Read", "email", "openid"],
      fetch: (url, init) => emulator.fetch(new Request(url, init)),
      now,
    }),
    store: memoryStore({ now }),
    secret: Buffer.alloc(32, 7).toString("base64url"),
    clients: [{ clientId, redirectUris: [redirectUri] }],
    now,
  })
  return {
    proxy,
    async signIn(at) {
      await signIn(proxy, emulator, `user${at}@contoso.example`)
    },
    wait() {
      ahead += 15 * 60_000
    },
  }
}

async function withClients(): Promise<Deployment> {
  const deployment = deploy()
  for (let at = 0; at < count; at++) {
    const response = await deployment.proxy.app.request(`${baseUrl}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        client_name: "An MCP client",
        client_uri: "https://client.example.com",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "none",
      }),
    })
    if (!response.ok) throw new Error(`not registered: ${await response.text()}`)
  }
  return deployment
}

async function withGrants(): Promise<Deployment> {
  const deployment = deploy()
  for (let at = 0; at < count; at++) await deployment.signIn(at)
  deployment.wait()
  return deployment
}

const filled = [
  { what: "client", deployment: await withClients() },
  { what: "grant with its user", deployment: await withGrants() },
]
for (const { name, open } of contestants) {
  // The copies in memory cannot be told from the originals, which are in memory too.
  if (name === "memory") continue
  for (const { what, deployment } of filled) {
    try {
      const store = await open(count, (to) => deployment.proxy.copyRecords(to))
      process.stdout.write(`${name}: ${Math.round(store.bytes / count)} bytes a ${what}\n`)
      await store.dispose()
    } catch (error) {
      process.stdout.write(`${name}: skipped: ${error}\n`)
    }
  }
}

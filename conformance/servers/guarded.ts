import { protectMcp } from "@doorward/mcp-server"
import { memoryStore, newClientSecret, oauthProxy } from "@doorward/oauth-core"
import { freePort } from "@doorward/test-support/free-port"
import { Hono } from "hono"
import { serveBothEras } from "../fixture/serve-both-eras.ts"
import { tokenFrom } from "./client-token.ts"
import { type Listening, listen } from "./listen.ts"
import { CLIENT_ID, POLICY } from "./policy.ts"
import { withToken } from "./with-token.ts"

/** The fixture in the same process as `protectMcp`, with a rule that every call must meet. */
export async function guardedFixture(): Promise<Listening> {
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  const { secret, hash } = await newClientSecret()
  const nobody = () => Promise.reject(new Error("nobody signs in here"))
  const proxy = oauthProxy({
    baseUrl,
    provider: {
      name: "Nobody",
      scopes: [],
      permissions: () => [],
      authorizationUrl: nobody,
      redeem: nobody,
      refresh: nobody,
    },
    store: memoryStore(),
    secret: Buffer.alloc(32, 7).toString("base64url"),
    clients: [{ clientId: CLIENT_ID, clientSecretHash: hash, clientCredentials: {} }],
  })
  const app = new Hono().route("/", proxy.app)
  protectMcp(app, { path: "/mcp", proxy, serve: serveBothEras(), policy: POLICY })
  const server = await listen(app.fetch, port)
  const forwarder = await withToken(baseUrl, await tokenFrom(baseUrl, secret))
  return {
    url: `${forwarder.url}/mcp`,
    async close() {
      await forwarder.close()
      await server.close()
    },
  }
}

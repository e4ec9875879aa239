import { protectMcp, type Refusal } from "@doorward/mcp-server"
import { type OAuthProxy, oauthProxy, type Store } from "@doorward/oauth-core"
import { nodeDocumentFetcher } from "@doorward/oauth-core/node"
import { graphUrlOf } from "@doorward/provider-azure"
import { createMcpHandler } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import type { Configuration } from "./configuration.ts"
import { prepareDataFolder } from "./data-folder.ts"
import { createClientAddress } from "./http/client-address.ts"
import { landingPage } from "./http/landing-page.ts"
import { createLimiter } from "./http/limiter.ts"
import { routingBelow } from "./http/stripped-prefix.ts"
import { createIdentityProvider } from "./identity-provider.ts"
import { openConfiguredStore } from "./open-store.ts"
import { addHealthRoutes } from "./operations/health-routes.ts"
import { type Logger, logEvent } from "./operations/log.ts"
import { createMcpServer } from "./tools/mcp-server.ts"

/** The whole server, ready to be served. */
export interface ComposedServer {
  /** Every route: the authorization server, the MCP endpoint, the pages and the health checks. */
  app: Hono
  /** The authorization server, for the operations that are not routes. */
  proxy: OAuthProxy
  /** Where the records are. */
  store: Store
  /** Closes the store. Stop serving `app` first. */
  close(): Promise<void>
}

/**
 * Puts the packages together: Entra ID behind the proxy, the proxy in front of the MCP endpoint.
 *
 * @param now the clock, in milliseconds since the epoch.
 * @throws {ConfigurationError} if a value of the configuration turns out wrong.
 */
export async function composeServer(
  configuration: Configuration,
  log: Logger,
  now: () => number = Date.now,
): Promise<ComposedServer> {
  const provider = createIdentityProvider(configuration, now)
  const clientAddress = createClientAddress(configuration.MCP_TRUSTED_PROXIES)
  const { secret } = prepareDataFolder(configuration)
  const store = await openConfiguredStore(configuration, now)
  const limiter = createLimiter(configuration.MCP_STORE_URL)
  const baseUrl = configuration.MCP_BASE_URL.replace(/\/+$/, "")
  const mcpUrl = `${baseUrl}/mcp`
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, "")
  const proxy = oauthProxy({
    baseUrl,
    provider,
    store,
    secret,
    resources: [{ resource: mcpUrl, name: "the Doorward example server" }],
    // A scope that the provider does not know would count as this server's own.
    scopes: provider.scopes.includes("User.Read")
      ? { "User.Read": "Read your Microsoft 365 profile" }
      : {},
    consent: configuration.MCP_CONSENT,
    ...(configuration.MCP_OPERATOR === undefined ? {} : { operator: configuration.MCP_OPERATOR }),
    fetchDocument: nodeDocumentFetcher({ allowLoopback: configuration.loopback }),
    limiter,
    clientAddress,
    documentation: new URL(baseUrl).href,
    onEvent: (event) => logEvent(log, event),
    now,
  })

  const app = new Hono(routingBelow(basePath)).route("/", proxy.app)
  addHealthRoutes(app, store, basePath)
  for (const path of new Set([basePath || "/", `${basePath}/`])) {
    app.get(path, (c) => landingPage(c, { mcpUrl, provider: provider.name }))
  }
  const graphUrl = configuration.AZURE_GRAPH_URL ?? graphUrlOf(configuration.AZURE_AUTHORITY_HOST)
  const guarded = {
    proxy,
    resource: mcpUrl,
    serve: createMcpHandler(() => createMcpServer({ graphUrl })).fetch,
    ...(configuration.MCP_ALLOWED_ORIGINS === undefined
      ? {}
      : { allowedOrigins: configuration.MCP_ALLOWED_ORIGINS }),
    onRefusal: ({ cause: _, ...refusal }: Refusal) => log.info(refusal, "mcp.refused"),
  }
  protectMcp(app, { ...guarded, path: `${basePath}/mcp` })
  // People also give a client the bare address: it gets the challenge that leads to the sign-in.
  protectMcp(app, { ...guarded, path: basePath || "/" })
  return {
    app,
    proxy,
    store,
    async close() {
      limiter.close()
      await store.close()
    },
  }
}

import type { Backend } from "@doorward/mcp-gateway"
import type { ServeMcp } from "@doorward/mcp-server"
import type { OAuthProxy, Store } from "@doorward/oauth-core"
import { Hono } from "hono"
import { createAuthorizationServer } from "./authorization-server.ts"
import { createBackend } from "./backends/create-backend.ts"
import type { Configuration } from "./configuration/read-configuration.ts"
import { prepareDataFolder } from "./data-folder.ts"
import { type Endpoint, endpointsOf } from "./endpoints.ts"
import { landingPage } from "./http/landing-page.ts"
import { createLimiter } from "./http/limiter.ts"
import { routingBelow } from "./http/stripped-prefix.ts"
import { createIdentityProvider } from "./identity-provider.ts"
import { mountEndpoint } from "./mount-endpoint.ts"
import { openConfiguredStore } from "./open-store.ts"
import { addHealthRoutes } from "./operations/health-routes.ts"
import type { Logger } from "./operations/log.ts"
import { exampleTools } from "./tools/mcp-server.ts"

/** The whole server, ready to be served. */
export interface ComposedServer {
  /** Answers every request. */
  app: Hono
  /** The authorization server. */
  proxy: OAuthProxy
  /** Where it keeps its records. */
  store: Store
  /** Ends backends and connections, and closes the store. */
  close(): Promise<void>
}

/**
 * Puts the packages together: Entra ID behind the proxy, the proxy in front of the MCP endpoints, and
 * backends behind those.
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
  const { secret } = prepareDataFolder(configuration)
  const store = await openConfiguredStore(configuration, now)
  const limiter = createLimiter(configuration.store)
  const backends: Backend[] = []
  const close = async () => {
    await Promise.all(backends.map((backend) => backend.close()))
    limiter.close()
    await store.close()
  }

  function serveOf({ setting, backend }: Endpoint, proxy: OAuthProxy): ServeMcp | Backend {
    if (!backend) return exampleTools(configuration)
    const context = { configuration, setting, proxy, secret, log }
    const created = createBackend(backend.key, backend.settings, context)
    backends.push(created)
    return created
  }

  try {
    const endpoints = endpointsOf(configuration)
    const foundations = { provider, store, secret, limiter, endpoints, log, now }
    const proxy = createAuthorizationServer(configuration, foundations)
    const basePath = new URL(configuration.baseUrl).pathname.replace(/\/$/, "")
    const app = new Hono(routingBelow(basePath)).route("/", proxy.app)
    const grants = `${configuration.baseUrl}/grants`
    for (const path of new Set([basePath || "/", `${basePath}/`])) {
      app.get(path, (c) => landingPage(c, { endpoints, grants, provider: provider.name }))
    }
    for (const endpoint of endpoints) {
      const context = { app, configuration, proxy, basePath, log }
      mountEndpoint(endpoint, serveOf(endpoint, proxy), context)
    }
    const needed = configuration.readiness.backends ? backends : []
    addHealthRoutes(app, { store, backends: needed, basePath })
    return { app, proxy, store, close }
  } catch (error) {
    await close()
    throw error
  }
}

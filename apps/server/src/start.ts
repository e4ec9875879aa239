import { composeServer } from "./compose.ts"
import type { ConfigurationSource } from "./configuration/given-settings.ts"
import { readConfiguration } from "./configuration/read-configuration.ts"
import { listen } from "./listen.ts"
import { createLogger } from "./operations/log.ts"

/** A server that takes requests. */
export interface RunningServer {
  /** The address that clients use, which a proxy in front of the server may give it. */
  url: string
  /** The addresses of the MCP endpoints, which people give to their clients. */
  endpoints: readonly string[]
  /** The port that it listens on. */
  port: number
  /** Takes no more requests, lets those under way finish for 5 seconds at most, and closes the store. */
  close(): Promise<void>
}

/**
 * Starts the server that the environment, and a configuration file if there is one, describe.
 *
 * @param now the clock, in milliseconds since the epoch.
 * @throws {ConfigurationError} with one line for each mistake.
 */
export async function startServer(
  environment: Readonly<Record<string, string | undefined>>,
  source: ConfigurationSource = {},
  now: () => number = Date.now,
): Promise<RunningServer> {
  const configuration = readConfiguration(environment, source)
  const log = createLogger(configuration.logLevel)
  const server = await composeServer(configuration, log, now)
  try {
    const listening = await listen(server.app, configuration)
    log.info({ url: configuration.baseUrl, port: listening.port }, "server.started")
    return {
      url: configuration.baseUrl,
      endpoints: server.proxy.resources.map(({ resource }) => resource),
      port: listening.port,
      async close() {
        await listening.close()
        await server.close()
        log.info("server.stopped")
      },
    }
  } catch (error) {
    await server.close()
    throw error
  }
}

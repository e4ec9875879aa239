import { composeServer } from "./compose.ts"
import { readConfiguration } from "./configuration.ts"
import { listen } from "./listen.ts"
import { createLogger } from "./operations/log.ts"

/** A server that takes requests. */
export interface RunningServer {
  /** The address that clients use, which a proxy in front of the server may give it. */
  url: string
  /** The port that it listens on. */
  port: number
  /** Takes no more requests, lets those under way finish for 5 seconds at most, and closes the store. */
  close(): Promise<void>
}

/**
 * Starts the server that the environment describes.
 *
 * @param now the clock, in milliseconds since the epoch.
 * @throws {ConfigurationError} with one line for each mistake.
 */
export async function startServer(
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number = Date.now,
): Promise<RunningServer> {
  const configuration = readConfiguration(environment)
  const log = createLogger(configuration.DOORWARD_LOG_LEVEL)
  const server = await composeServer(configuration, log, now)
  try {
    const { MCP_SERVER_HOST: host, MCP_SERVER_PORT: port } = configuration
    const listening = await listen(server.app, host, port)
    log.info({ url: configuration.MCP_BASE_URL, port: listening.port }, "server.started")
    return {
      url: configuration.MCP_BASE_URL,
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

import { existsSync } from "node:fs"
import { type OAuthProxy, StoreUnavailableError, UnreadableValueError } from "@doorward/oauth-core"
import { composeServer } from "../compose.ts"
import type { ConfigurationSource } from "../configuration/given-settings.ts"
import { type Configuration, readConfiguration } from "../configuration/read-configuration.ts"
import { sqliteFileOf, storeUrlOf } from "../open-store.ts"
import { createLogger } from "../operations/log.ts"
import { wrongSetting } from "../wrong-setting.ts"
import type { CommandContext } from "./command.ts"

/**
 * Composes the server that the environment describes, without serving it, for one operation on the
 * records that it shares with the running servers. Events go to standard error.
 *
 * @throws {ConfigurationError} if there are no such records, or they cannot be reached or read.
 */
export async function withProxy<Result>(
  environment: CommandContext["environment"],
  source: ConfigurationSource,
  operate: (proxy: OAuthProxy) => Promise<Result>,
): Promise<Result> {
  const configuration = readConfiguration(environment, source)
  checkStoreIsShared(configuration)
  const log = createLogger(configuration.logLevel, process.stderr.fd)
  const server = await composeServer(configuration, log)
  try {
    return await operate(server.proxy)
  } catch (error) {
    if (error instanceof UnreadableValueError) {
      throw wrongSetting(
        configuration,
        "secret",
        `is not the secret of what is stored: ${error.message}`,
      )
    }
    if (error instanceof StoreUnavailableError) {
      throw wrongSetting(configuration, "store", `names a store that failed: ${error.message}`)
    }
    throw error
  } finally {
    await server.close()
  }
}

/** An empty store cannot be the one that the servers use. */
function checkStoreIsShared(configuration: Configuration): void {
  const url = storeUrlOf(configuration)
  if (url === "memory:") {
    throw wrongSetting(
      configuration,
      "store",
      "is memory:, which only the server itself can reach; restart it instead",
    )
  }
  const file = sqliteFileOf(url)
  if (file !== undefined && !existsSync(file)) {
    throw wrongSetting(
      configuration,
      "store",
      `names ${file}, which does not exist; run the command in the server's folder, with its environment`,
    )
  }
}

import { join } from "node:path"
import { memoryStore, type Store } from "@doorward/oauth-core"
import { postgresStore } from "@doorward/store-postgres"
import { redisStore } from "@doorward/store-redis"
import { sqliteStore } from "@doorward/store-sqlite"
import type { Configuration } from "./configuration/read-configuration.ts"
import { wrongSetting } from "./wrong-setting.ts"

/** The store's URL: by default an SQLite file in the data folder. */
export const storeUrlOf = (configuration: Configuration): string =>
  configuration.store ?? `sqlite:${join(configuration.dataFolder, "doorward.db")}`

/** The file of an SQLite store. */
export const sqliteFileOf = (url: string): string | undefined =>
  url.startsWith("sqlite:") ? url.slice("sqlite:".length) : undefined

/**
 * Opens the store of the configuration.
 *
 * @param now the clock, in milliseconds since the epoch.
 * @throws {ConfigurationError} if it cannot be used.
 */
export async function openConfiguredStore(
  configuration: Configuration,
  now: () => number,
): Promise<Store> {
  try {
    return await openStore(storeUrlOf(configuration), now)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw configuration.store === undefined
      ? wrongSetting(configuration, "dataFolder", `holds a store that cannot be used: ${reason}`)
      : wrongSetting(configuration, "store", `names a store that cannot be used: ${reason}`)
  }
}

/**
 * Opens the store that a URL names.
 *
 * @throws {TypeError} if the URL is malformed; {StoreUnavailableError} if the store cannot serve.
 */
export async function openStore(url: string, now: () => number): Promise<Store> {
  const store = storeOf(url, now)
  try {
    await store.ping()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

function storeOf(url: string, now: () => number): Store {
  if (url === "memory:") return memoryStore({ now })
  const path = sqliteFileOf(url)
  if (path !== undefined) return sqliteStore({ path, now })
  if (url.startsWith("redis")) return redisStore({ url, now })
  return postgresStore({ url, now })
}

import { join } from "node:path"
import { memoryStore, type Store } from "@doorward/oauth-core"
import { postgresStore } from "@doorward/store-postgres"
import { redisStore } from "@doorward/store-redis"
import { sqliteStore } from "@doorward/store-sqlite"
import { ConfigurationProblems } from "./configuration.ts"

/**
 * Opens the store that `MCP_STORE_URL` names; by default an SQLite file in the data folder.
 *
 * @throws {ConfigurationProblems} if it cannot be reached.
 */
export async function openStore(url: string | undefined, dataFolder: string): Promise<Store> {
  const store = storeOf(url ?? `sqlite:${join(dataFolder, "doorward.db")}`)
  try {
    await store.ping()
    return store
  } catch (error) {
    await store.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigurationProblems([
      `MCP_STORE_URL names a store that cannot be reached: ${reason}`,
    ])
  }
}

function storeOf(url: string): Store {
  if (url === "memory:") return memoryStore()
  if (url.startsWith("sqlite:")) return sqliteStore(url.slice("sqlite:".length))
  if (url.startsWith("redis")) return redisStore(url)
  return postgresStore(url)
}

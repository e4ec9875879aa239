import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Configuration } from "./configuration/read-configuration.ts"
import { wrongSetting } from "./wrong-setting.ts"

/**
 * Makes the data folder, and finds the secret: the configured one or, for development, one that is made
 * once and kept in the data folder, readable by its owner only.
 *
 * @throws {ConfigurationError} if the folder cannot be written.
 */
export function prepareDataFolder(configuration: Configuration): {
  secret: string | readonly string[]
} {
  const { dataFolder: folder, secret } = configuration
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return { secret: secret ?? keptSecret(join(folder, "secret")) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw wrongSetting(
      configuration,
      "dataFolder",
      `must be a folder that can be written: ${reason}`,
    )
  }
}

function keptSecret(path: string): string {
  const made = randomBytes(32).toString("base64url")
  try {
    // Fails if the file is there, so that two starts at once agree on one secret.
    writeFileSync(path, made, { mode: 0o600, flag: "wx" })
    return made
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return readFileSync(path, "utf8").trim()
    }
    throw error
  }
}

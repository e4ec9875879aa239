import { functionOption, type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"

/** The options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /**
   * The path of the database file. The file is created if it does not exist, readable by its owner
   * only; its folder must exist.
   */
  path: string
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

const schema = z.strictObject({
  path: z
    .string()
    .refine(
      (path) => path !== "" && path !== ":memory:",
      "must be the path of a file; for a store that keeps nothing use memoryStore() of @doorward/oauth-core",
    ),
  now: functionOption<() => number>().default(() => Date.now),
} satisfies OptionFields<SqliteStoreOptions>)

/** @throws {ConfigurationError} with every mistake at once. */
export function readSqliteStoreOptions(options: string | SqliteStoreOptions) {
  return readOptions(
    "sqliteStore",
    schema,
    typeof options === "string" ? { path: options } : options,
  )
}

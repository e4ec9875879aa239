import { functionOption, type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"

/** The options of `postgresStore`. */
export interface PostgresStoreOptions {
  /**
   * `postgres://user:password@host:port/database`. `?sslmode=verify-full` asks for TLS, and
   * `&sslrootcert=<file>` names the certificate authority to trust.
   */
  url: string
  /**
   * The name of the table, which is created if it does not exist: at most 50 lower-case letters, digits
   * and underscores. Default: `doorward_records`.
   */
  table?: string | undefined
  /** How many connections to use at most. Default: 10. */
  poolSize?: number | undefined
  /** How many milliseconds to wait for a connection, and again for an answer. Default: 2000. */
  timeoutMilliseconds?: number | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

const schema = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be postgres://user:password@host:port/database"),
  table: z
    .string()
    .regex(
      /^[a-z_][a-z0-9_]{0,49}$/,
      "must have at most 50 lower-case letters, digits and underscores, and no digit in front",
    )
    .default("doorward_records"),
  poolSize: z.int().min(1).default(10),
  timeoutMilliseconds: z.int().min(1).default(2_000),
  now: functionOption<() => number>().default(() => Date.now),
} satisfies OptionFields<PostgresStoreOptions>)

/** @throws {ConfigurationError} with every mistake at once. */
export function readPostgresStoreOptions(options: string | PostgresStoreOptions) {
  return readOptions(
    "postgresStore",
    schema,
    typeof options === "string" ? { url: options } : options,
  )
}

import { functionOption, type OptionFields, readOptions } from "@doorward/boundary"
import { z } from "zod"
import { redisAddress } from "./address.ts"

/** The options of `redisStore`. */
export interface RedisStoreOptions {
  /**
   * `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. `redis+cluster://` and
   * `rediss+cluster://` are for a cluster and may name several of its hosts, separated by commas.
   */
  url: string
  /**
   * What every key in Redis starts with. Two deployments in one Redis need two prefixes, neither of
   * which starts with the other. Default: `doorward:`.
   */
  prefix?: string | undefined
  /** How many milliseconds to wait for a connection, and again for an answer. Default: 2000. */
  timeoutMilliseconds?: number | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

const schema = z.strictObject({
  url: redisAddress,
  prefix: z.string().default("doorward:"),
  timeoutMilliseconds: z.int().min(1).default(2_000),
  now: functionOption<() => number>().default(() => Date.now),
} satisfies OptionFields<RedisStoreOptions>)

/** @throws {ConfigurationError} with every mistake at once. */
export function readRedisStoreOptions(options: string | RedisStoreOptions) {
  return readOptions("redisStore", schema, typeof options === "string" ? { url: options } : options)
}

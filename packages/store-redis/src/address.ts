import { addProblem } from "@doorward/boundary"
import { z } from "zod"

/** Where Redis is: one server, or a cluster that can be reached through any of its servers. */
export interface RedisAddress {
  /** One URL for each server that was named, as the `redis` package takes it. */
  urls: readonly [string, ...string[]]
  cluster: boolean
}

/**
 * A URL: `redis:` or `rediss:` (TLS) for one server; `redis+cluster:` or `rediss+cluster:` for a
 * cluster, with one or more servers, separated by commas.
 *
 * What is wrong with it is said without repeating it, since it may contain a password.
 */
export const redisAddress = z.string().transform((url, context): RedisAddress => {
  const address = parseAddress(url)
  if (typeof address !== "string") return address
  addProblem(context, [], address)
  return z.NEVER
})

/** @returns the address, or what is wrong with the URL. */
function parseAddress(url: string): RedisAddress | string {
  const [, scheme, plus, credentials = "", hosts = "", database = ""] =
    /^(rediss?)(\+cluster)?:\/\/([^/@]*@)?([^/@]+)(?:\/(\d*))?$/.exec(url) ?? []
  const cluster = plus !== undefined
  const [first = "", ...others] = hosts
    .split(",")
    .map((host) => `${scheme}://${credentials}${host}/${database}`)
  if (!scheme || ![first, ...others].every((server) => URL.canParse(server))) {
    return (
      "must be redis://[[user]:password@]host[:port][/database]; rediss:// uses TLS, and " +
      "redis+cluster:// or rediss+cluster:// may name several hosts, separated by commas"
    )
  }
  if (others.length > 0 && !cluster) {
    return "names several hosts, which only a cluster has; use redis+cluster:// or rediss+cluster://"
  }
  if (cluster && Number(database) > 0) return "names a database, but a cluster only has database 0"
  return { urls: [first, ...others], cluster }
}

/** Where Redis is: one server, or a cluster to which any of its servers leads. */
export interface RedisAddress {
  /** One URL per server that was named, each as the `redis` package takes it. */
  urls: readonly [string, ...string[]]
  cluster: boolean
}

/**
 * Reads a URL: `redis:` or `rediss:` (TLS) for one server; `redis+cluster:` or `rediss+cluster:` for a
 * cluster, with one server or more, separated by commas.
 *
 * @throws {TypeError} whose text does not repeat the URL, which may hold a password.
 */
export function parseAddress(url: string): RedisAddress {
  const [, scheme, plus, credentials = "", hosts = "", database = ""] =
    /^(rediss?)(\+cluster)?:\/\/([^/@]*@)?([^/@]+)(?:\/(\d*))?$/.exec(url) ?? []
  const cluster = plus !== undefined
  const [first = "", ...others] = hosts
    .split(",")
    .map((host) => `${scheme}://${credentials}${host}/${database}`)
  if (!scheme || ![first, ...others].every((server) => URL.canParse(server))) {
    throw new TypeError(
      "A Redis URL is redis://[[user]:password@]host[:port][/database]; rediss:// uses TLS, and " +
        "redis+cluster:// or rediss+cluster:// may name several hosts, separated by commas",
    )
  }
  if (others.length > 0 && !cluster) {
    throw new TypeError(
      "Several Redis hosts are a cluster: use redis+cluster:// or rediss+cluster://",
    )
  }
  if (cluster && Number(database) > 0) throw new TypeError("A Redis cluster has database 0 only")
  return { urls: [first, ...others], cluster }
}

import { createHash } from "node:crypto"
import type { Store } from "@doorward/oauth-core"
import { ErrorReply } from "redis"
import { type Client, type Command, createRedisClient, type Send } from "./client.ts"
import { createConnection } from "./connection.ts"
import { expiryRange, isLive, swapScript, unwrap, wrap } from "./envelope.ts"
import { type RedisStoreOptions, readRedisStoreOptions } from "./options.ts"

/** How many milliseconds longer Redis keeps a record, so that clocks may differ. */
const slack = 60_000
const keysPerScan = 500
const swapDigest = createHash("sha1").update(swapScript).digest("hex")

/**
 * Creates a {@link Store} in Redis 6.2 or later, or in a server that speaks its protocol.
 *
 * The first operation connects. While Redis is away, operations fail with `StoreUnavailableError`.
 *
 * @example
 * const proxy = oauthProxy({ provider, store: redisStore("rediss://redis.example.com") })
 *
 * @param options the URL, or all the options.
 * @throws {ConfigurationError} with every mistake in the options at once. It does not repeat the URL,
 * which may contain a password.
 */
export function redisStore(options: string | RedisStoreOptions): Store {
  const { url: address, prefix, timeoutMilliseconds, now } = readRedisStoreOptions(options)
  const connection = createConnection({
    createClient: () => createRedisClient(address, timeoutMilliseconds),
    timeoutMilliseconds,
    isBroken,
  })

  function send(key: string, command: Command): Promise<unknown> {
    return connection.run((client) => client.send(key, command))
  }

  /** How long Redis should keep a record, in milliseconds, as an argument of `PX`. */
  function lifetime(expiresAt: Date): string {
    return String(Math.max(expiresAt.getTime() - now(), 0) + slack)
  }

  return {
    async get(key) {
      const name = prefix + key
      return unwrap(await send(name, ["GET", name]), now())
    },
    async put(key, value, expiresAt) {
      const name = prefix + key
      await send(name, ["SET", name, wrap(value, expiresAt), "PX", lifetime(expiresAt)])
    },
    async take(key) {
      const name = prefix + key
      return unwrap(await send(name, ["GETDEL", name]), now())
    },
    async swap(key, expected, next, expiresAt) {
      const name = prefix + key
      const args = [String(now()), lifetime(expiresAt), wrap(next, expiresAt)]
      const expectation = expected === undefined ? [] : [asBuffer(expected)]
      return connection.run((client) => runSwap(client, name, [...args, ...expectation]))
    },
    async delete(key) {
      const name = prefix + key
      await send(name, ["DEL", name])
    },
    async *scan(keyPrefix) {
      const pattern = `${literally(prefix + keyPrefix)}*`
      // Redis may return a key twice while its table of keys grows.
      const seen = new Set<string>()
      for (const server of await connection.run((client) => client.servers())) {
        let cursor = "0"
        do {
          const page = await connection.run(() => liveNames(server, cursor, pattern, now()))
          for (const name of page.names) {
            if (!seen.has(name)) yield name.slice(prefix.length)
            seen.add(name)
          }
          cursor = page.cursor
        } while (cursor !== "0")
      }
    },
    ping: () => connection.run((client) => client.ping()),
    close: () => connection.close(),
  }
}

async function runSwap(client: Client, name: string, args: (string | Buffer)[]): Promise<boolean> {
  const run = (...script: Command) => client.send(name, [...script, "1", name, ...args])
  try {
    return (await run("EVALSHA", swapDigest)) === 1
  } catch (error) {
    // Redis loses its scripts when it restarts; EVAL loads the script again.
    if (!(error instanceof ErrorReply && error.message.startsWith("NOSCRIPT"))) throw error
    return (await run("EVAL", swapScript)) === 1
  }
}

/** One step of a scan, with the names of the records that have not expired. */
async function liveNames(server: Send, cursor: string, pattern: string, now: number) {
  const command: Command = ["SCAN", cursor, "MATCH", pattern, "COUNT", String(keysPerScan)]
  const [next, found] = (await server(command)) as [Buffer, Buffer[]]
  const expiries = await Promise.all(
    found.map((name) => server(["GETRANGE", name, ...expiryRange])),
  )
  const names = found.filter((_, at) => isLive(expiries[at], now)).map((name) => name.toString())
  return { cursor: next.toString(), names }
}

/** A pattern that matches only this text. */
function literally(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, "\\$&")
}

/** Any error that is not a reply means that the connection is lost; READONLY means that it leads to a replica. */
function isBroken(error: unknown): boolean {
  return !(error instanceof ErrorReply) || error.message.startsWith("READONLY")
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.length)
}

import { checkServerIdentity, type PeerCertificate } from "node:tls"
import { createClient, createCluster, RESP_TYPES } from "redis"
import type { RedisAddress } from "./address.ts"
import type { Connectable } from "./connection.ts"

export type Command = [name: string, ...args: (string | Buffer)[]]

/** Sends a command; bulk strings in the reply are Buffers. */
export type Send = (command: Command) => Promise<unknown>

export interface Client extends Connectable {
  /** Sends a command to the server that holds the key. */
  send(key: string, command: Command): Promise<unknown>
  /** All the servers that hold keys. */
  servers(): Promise<Send[]>
  /** Rejects if one of the servers, or the cluster as a whole, can't serve. */
  ping(): Promise<void>
}

/** Every operation has a deadline already, so commands need no timeout of their own. */
const commandOptions = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }, timeout: 0 }
/** Some services close connections that are idle for ten minutes. */
const pingInterval = 60_000

/** Creates a client that does not reconnect by itself. */
export function createRedisClient(address: RedisAddress, timeout: number): Client {
  return address.cluster ? clusterClient(address, timeout) : singleClient(address, timeout)
}

function singleClient({ urls: [url] }: RedisAddress, timeout: number): Client {
  const client = createClient({
    url,
    pingInterval,
    disableOfflineQueue: true,
    socket: { connectTimeout: timeout, reconnectStrategy: false },
  })
  // The operation gets the same error. Without a listener, it would end the process.
  client.on("error", () => undefined)
  const send: Send = (command) => client.sendCommand(command, commandOptions)
  return {
    get isOpen() {
      return client.isOpen
    },
    connect: () => client.connect(),
    close: () => client.close(),
    destroy: () => client.destroy(),
    send: (_key, command) => send(command),
    servers: async () => [send],
    ping: async () => {
      await send(["PING"])
    },
  }
}

function clusterClient({ urls }: RedisAddress, timeout: number): Client {
  const { hostname, username, password, protocol } = new URL(urls[0])
  const cluster = createCluster({
    // A server that accepts the connection and then says nothing must not delay finding the others.
    rootNodes: urls.map((url) => ({ url, socket: { socketTimeout: timeout } })),
    minimizeConnections: true,
    defaults: {
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      pingInterval,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: timeout,
        reconnectStrategy: false,
        ...(protocol === "rediss:" && {
          tls: true,
          checkServerIdentity: (host: string, certificate: PeerCertificate) =>
            checkServerIdentity(host, certificate) && checkServerIdentity(hostname, certificate),
        }),
      },
    },
  })
  cluster.on("error", () => undefined)
  const servers = () =>
    Promise.all(
      cluster.masters.map(async (master): Promise<Send> => {
        const client = await cluster.nodeClient(master)
        return (command) => client.sendCommand(command, commandOptions)
      }),
    )
  return {
    get isOpen() {
      return cluster.isOpen
    },
    connect: () => cluster.connect(),
    close: () => cluster.close(),
    destroy: () => cluster.destroy(),
    send: (key, command) => cluster.sendCommand(key, false, command, commandOptions),
    servers,
    async ping() {
      const states = (await servers()).map((send) => send(["CLUSTER", "INFO"]))
      for (const state of await Promise.all(states)) {
        if (!String(state).includes("cluster_state:ok")) throw new Error("the cluster is down")
      }
    },
  }
}

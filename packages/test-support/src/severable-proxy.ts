import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"
import { freePort } from "./free-port.ts"

/**
 * Connections are closed and new ones refused; or nothing gets through, with the connections left
 * open; or requests reach the server and its replies are lost.
 */
type OutageKind = "refused" | "stalled" | "replies lost"

export interface SeverableProxy {
  /** The port on 127.0.0.1 that leads to the server. */
  readonly port: number
  begin(kind: OutageKind): Promise<void>
  /** Lets the server be reached again. */
  end(): Promise<void>
  close(): Promise<void>
}

/** A client's socket, the socket to the server that belongs to it, and the outage that has hit them. */
interface Pair {
  near: Socket
  far: Socket
  outage: OutageKind | undefined
}

/** A TCP proxy in front of a store's server, so that a test can cut the two apart. */
export async function severableProxy(target: {
  host: string
  port: number
}): Promise<SeverableProxy> {
  const pairs = new Set<Pair>()
  let outage: OutageKind | undefined
  const port = await freePort()
  let server = await listen(port, accept)

  function accept(near: Socket) {
    const pair: Pair = { near, far: connect(target), outage }
    pairs.add(pair)
    near.on("data", (data) => {
      if (pair.outage !== "stalled") pair.far.write(data)
    })
    pair.far.on("data", (data) => {
      if (pair.outage === undefined) near.write(data)
    })
    for (const socket of [near, pair.far]) {
      socket.on("error", () => undefined)
      socket.on("close", () => end(pair))
    }
  }

  function end(pair: Pair) {
    pairs.delete(pair)
    pair.near.destroy()
    pair.far.destroy()
  }

  async function refuse() {
    const closed = once(server, "close")
    server.close()
    for (const pair of pairs) end(pair)
    await closed
  }

  return {
    port,
    async begin(kind) {
      outage = kind
      // For good: a connection that has lost bytes does not go on, not even after the outage.
      for (const pair of pairs) pair.outage = kind
      if (kind === "refused") await refuse()
    },
    async end() {
      if (outage === "refused") server = await listen(port, accept)
      outage = undefined
    },
    close: refuse,
  }
}

async function listen(port: number, accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer(accept).listen(port, "127.0.0.1")
  await once(server, "listening")
  return server
}

import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"

type Fetch = (request: Request) => Response | Promise<Response>

export interface Listening {
  url: string
  close(): Promise<void> | void
}

/** Serves on a port of 127.0.0.1: a free one, unless it is given. */
export async function listen(fetch: Fetch, port = 0): Promise<Listening> {
  const server = serve({ fetch, hostname: "127.0.0.1", port })
  if (!server.listening) await once(server, "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      if ("closeAllConnections" in server) server.closeAllConnections()
    },
  }
}

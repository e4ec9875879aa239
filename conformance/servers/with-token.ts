import { once } from "node:events"
import { createServer, request as send } from "node:http"
import type { AddressInfo } from "node:net"
import { pipeline } from "node:stream"
import type { Listening } from "./listen.ts"

/**
 * Passes every request on as it is, with a token: the suite's server scenarios have none, and no option
 * for one. `Host` and `Origin` go through, because a scenario is about them.
 *
 * @param target the origin of the protected server.
 */
export async function withToken(target: string, token: string): Promise<Listening> {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const { method, url: path } = incoming
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` }
    const passedOn = send({ hostname, port, method, path, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      outgoing.flushHeaders()
      pipeline(response, outgoing, () => undefined)
    })
    passedOn.on("error", () => outgoing.destroy())
    outgoing.on("close", () => passedOn.destroy())
    pipeline(incoming, passedOn, () => undefined)
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

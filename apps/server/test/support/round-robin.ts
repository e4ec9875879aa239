import { once } from "node:events"
import { Agent, createServer, request as sendRequest } from "node:http"
import type { AddressInfo } from "node:net"

/** One request that was passed on. */
export interface Routed {
  method: string
  path: string
  /** Which of the targets it went to. */
  target: number
}

/** A load balancer: each request goes to the next server. */
export interface RoundRobin {
  /** `http://localhost:…` */
  url: string
  /** The servers' ports on localhost. */
  targets: number[]
  readonly routed: readonly Routed[]
  close(): Promise<void>
}

/** @param clientAddress the address that each request claims to come from. Default: none is claimed. */
export async function roundRobin(clientAddress?: () => string): Promise<RoundRobin> {
  const agent = new Agent({ keepAlive: true })
  const routed: Routed[] = []
  const targets: number[] = []

  const server = createServer((incoming, answer) => {
    const { method = "GET", url: path = "/" } = incoming
    const headers = clientAddress
      ? { ...incoming.headers, "x-forwarded-for": clientAddress() }
      : incoming.headers
    const target = routed.length % targets.length
    routed.push({ method, path, target })
    const options = { host: "localhost", port: targets[target], method, path, headers, agent }
    const passedOn = sendRequest(options, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passedOn.on("error", () => {
      if (answer.headersSent) answer.destroy()
      else answer.writeHead(502).end()
    })
    incoming.pipe(passedOn)
  })
  await once(server.listen(0, "localhost"), "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    targets,
    routed,
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}

import { once } from "node:events"
import { createServer, request as sendRequest } from "node:http"
import type { AddressInfo } from "node:net"

/** An ingress of a shared host: hands over what is below one path, and answers 404 to all else. */
export interface Ingress {
  /** `http://localhost:…` */
  url: string
  /** Where requests go. */
  handOverTo(port: number): void
  close(): Promise<void>
}

/** @param strips whether the server gets `/mcp` for `/vault/mcp`. */
export async function startIngress(basePath: string, strips: boolean): Promise<Ingress> {
  let target = 0
  const server = createServer((incoming, answer) => {
    const { method = "GET", url = "/", headers } = incoming
    const [pathname = ""] = url.split("?", 1)
    if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) {
      answer.writeHead(404, { "content-type": "text/html" }).end("<h1>Nothing here</h1>")
      return
    }
    const rest = url.slice(basePath.length)
    const stripped = rest.startsWith("/") ? rest : `/${rest}`
    const path = strips ? stripped : url
    const sent = sendRequest({ host: "localhost", port: target, method, path, headers })
    sent.on("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    sent.on("error", () => answer.destroy())
    incoming.pipe(sent)
  })
  await once(server.listen(0, "localhost"), "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    handOverTo(port) {
      target = port
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

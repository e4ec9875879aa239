import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A real HTTP server on this machine that records its requests. */
export class JsonServer {
  /** The paths that were requested, in order. */
  readonly requests: string[] = []
  /** The JSON to answer with, or a function that answers, by path. Any other path is 404. */
  readonly answers = new Map<string, unknown>()
  #url = ""
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "/"
    this.requests.push(path)
    const answer = this.answers.get(path)
    if (typeof answer === "function") return (answer as Handler)(request, response)
    if (answer === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer))
  })

  static async start(): Promise<JsonServer> {
    const server = new JsonServer()
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve))
    server.#url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`
    return server
  }

  get url(): string {
    return this.#url
  }

  /** Answers `path` with a status and no body. */
  fail(path: string, status = 503): void {
    this.answers.set(path, ((_, response) => response.writeHead(status).end()) satisfies Handler)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

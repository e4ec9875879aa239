import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"

/** What a backend was sent. */
export interface Received {
  method: string
  url: string
  headers: IncomingMessage["headers"]
  text: string
}

export interface HttpServer {
  url: string
  port: number
  /** Every request so far. */
  received: Received[]
  /** Ends it with all its connections, as a crash would. */
  stop(): Promise<void>
}

type Answer = (response: ServerResponse, received: Received, request: IncomingMessage) => unknown

/** A server on loopback that knows nothing of MCP. It ends with the test. */
export async function httpServer(answer: Answer, port = 0): Promise<HttpServer> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = "", url = "", headers } = request
    const one = { method, url, headers, text: Buffer.concat(chunks).toString() }
    received.push(one)
    await answer(response, one, request)
  })
  await once(server.listen(port, "127.0.0.1"), "listening")
  const bound = (server.address() as AddressInfo).port
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, "close")
    server.close()
    server.closeAllConnections()
    await closed
  }
  onTestFinished(stop)
  return { url: `http://127.0.0.1:${bound}/mcp`, port: bound, received, stop }
}

/** Answers as an MCP server would that gives every request the same result. */
export function answerJson(
  response: ServerResponse,
  body: unknown = { jsonrpc: "2.0", id: 1, result: {} },
  headers: Record<string, string | string[]> = {},
): void {
  response.writeHead(200, { "content-type": "application/json", ...headers })
  response.end(typeof body === "string" ? body : JSON.stringify(body))
}

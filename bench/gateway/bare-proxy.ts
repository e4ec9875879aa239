import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Agent, request } from "undici"
import { report } from "./contestant.ts"

/** What a careful engineer writes without Doorward: it passes everything on, and knows nobody. */
const backend = process.argv[2] ?? ""
const dispatcher = new Agent({ bodyTimeout: 0 })
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "host", "upgrade"])
const passed = (headers: Record<string, string | string[] | undefined>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)))

const server = createServer(async (incoming, outgoing) => {
  try {
    const { method = "GET", headers } = incoming
    const body = method === "POST" ? incoming : null
    const answer = await request(backend, { dispatcher, method, headers: passed(headers), body })
    outgoing.writeHead(answer.statusCode, passed(answer.headers))
    answer.body.on("error", () => outgoing.destroy()).pipe(outgoing)
  } catch {
    outgoing.writeHead(502).end()
  }
})
server.listen(0, "127.0.0.1", () => {
  report({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` })
})

import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { afterEach, expect, onTestFinished, test, vi } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { toolCall } from "./support/guarded-backend.ts"
import { answerJson, httpServer } from "./support/http-server.ts"

afterEach(() => void vi.unstubAllEnvs())

const variables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
])

/** Sets these variables, and takes away what the machine has. */
function withEnvironment(set: Record<string, string>) {
  for (const name of variables) vi.stubEnv(name, set[name])
}

/** A proxy that takes every host for the server at `port`. */
async function proxyTo(port: number) {
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answerJson(response)
  })
  proxy.on("connect", (request: IncomingMessage, client) => {
    asked.push(`CONNECT ${request.url}`)
    const server = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n")
      server.pipe(client).pipe(server)
    })
    server.on("error", () => client.destroy())
    client.on("error", () => server.destroy())
  })
  await once(proxy.listen(0, "127.0.0.1"), "listening")
  onTestFinished(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked }
}

test("HTTPS_PROXY is asked for a tunnel to an https backend", async () => {
  // A server without TLS is at its end: that the tunnel leads there shows in the failure.
  const server = await httpServer((response) => answerJson(response))
  const proxy = await proxyTo(server.port)
  withEnvironment({ HTTPS_PROXY: proxy.url })
  const { post, events } = await forwarding("https://backend.example/mcp")
  expect((await post(toolCall("a"))).status).toBe(502)
  expect(proxy.asked).toEqual(["CONNECT backend.example:443"])
  expect(events).toMatchObject([{ failure: "unreachable" }])
})

test("HTTP_PROXY serves an http backend", async () => {
  const proxy = await proxyTo(0)
  withEnvironment({ HTTP_PROXY: proxy.url })
  const { post } = await forwarding("http://backend.example/mcp?a=1")
  expect((await post(toolCall("a"))).status).toBe(200)
  expect(proxy.asked).toEqual(["POST http://backend.example/mcp?a=1"])
})

test.for(["HTTPS_PROXY", "HTTP_PROXY"])("a backend on this machine needs no %s", async (name) => {
  const server = await httpServer((response) => answerJson(response))
  const proxy = await proxyTo(server.port)
  withEnvironment({ [name]: proxy.url })
  const { post } = await forwarding(server.url)
  expect((await post(toolCall("a"))).status).toBe(200)
  expect(proxy.asked).toEqual([])
})

test("NO_PROXY names what is reached directly", async () => {
  const proxy = await proxyTo(0)
  withEnvironment({ HTTP_PROXY: proxy.url, NO_PROXY: "backend.invalid" })
  const { post } = await forwarding("http://backend.invalid/mcp")
  expect((await post(toolCall("a"))).status).toBe(502)
  expect(proxy.asked).toEqual([])
})

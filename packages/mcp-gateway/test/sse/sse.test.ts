import { spawn } from "node:child_process"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { assertionSigner, verifyAssertion } from "../support/assertion-signer.ts"
import { connectCalledBack } from "../support/called-back-clients.ts"
import { forwarding } from "../support/forwarding.ts"
import { toolCall } from "../support/guarded-backend.ts"
import { httpServer } from "../support/http-server.ts"
import { beginSession, everything, initialize, messages } from "../support/spawning.ts"

const sse = { transport: "sse" } as const

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

/** The reference server in a process of its own, once it listens. */
async function referenceServer(): Promise<string> {
  const port = await freePort()
  const [command = "", ...args] = everything("sse")
  const child = spawn(command, args, {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  })
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await once(child, "close")
  })
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (text) => {
      if (String(text).includes(`running on port ${port}`)) resolve()
    })
  })
  return `http://127.0.0.1:${port}/sse`
}

test.for(["1.x", "2.x", "2.x auto"] as const)(
  "the client %s calls the reference server, which can call back and tells its progress",
  async (line) => {
    const { url } = await forwarding(await referenceServer(), sse)
    const client = await connectCalledBack(line, url)
    expect(await client.call("echo", { message: "hello" })).toContain("Echo: hello")
    expect(await client.call("trigger-sampling-request", { prompt: "p" })).toContain("sampled")
    expect(await client.call("trigger-elicitation-request")).toContain("Alice")
    const progress: unknown[] = []
    const long = { duration: 0.1, steps: 2 }
    await client.call("trigger-long-running-operation", long, (one) => progress.push(one))
    expect(progress).toEqual([1, 2].map((each) => ({ progress: each, total: 2 })))
  },
)

test("the reference server is pinged and inspected", async () => {
  const { backend } = await forwarding(await referenceServer(), sse)
  await backend.ping()
  expect((await backend.inspect()).tools).toContain("echo")
})

/** A server whose streams the test holds. It answers what is posted to it over the newest of them. */
async function heldServer(endpoint = "/messages?session=1") {
  const streams: { write(text: string): unknown; end(): unknown }[] = []
  const server = await httpServer((response, { method, text }) => {
    if (method === "GET") {
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write(`event: endpoint\ndata: ${endpoint}\n\n`)
      streams.push(response)
      return
    }
    response.writeHead(202).end("Accepted")
    const { id, method: called } = JSON.parse(text)
    if (id === undefined || called === "tools/call") return
    const result = {
      protocolVersion: "2024-11-05",
      capabilities: {},
      serverInfo: { name: "held", version: "1" },
    }
    streams.at(-1)?.write(`data: ${JSON.stringify({ jsonrpc: "2.0", id, result })}\n\n`)
  })
  return { ...server, streams }
}

test("each message says who is calling, and none has the client's token", async () => {
  const server = await heldServer()
  const signer = assertionSigner(35)
  const identity = { headers: true, assertion: { proxy: signer } }
  const headers = { "x-api-key": "k" }
  const gateway = await forwarding(server.url, { ...sse, identity, headers })
  const alice = await beginSession(gateway)
  await (await alice.post(toolCall("wait"))).body?.cancel()
  await expect.poll(() => server.received.length).toBe(3)
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /mcp",
    "POST /messages?session=1",
    "POST /messages?session=1",
  ])
  for (const { headers } of server.received) {
    expect(headers).toMatchObject({ "x-doorward-subject": "alice", "x-api-key": "k" })
    expect(headers.authorization).toBeUndefined()
    await verifyAssertion(headers["x-doorward-assertion"], server.url)
  }
})

test("a server that ends its stream ends the session, and every open request with its id", async () => {
  const server = await heldServer()
  const gateway = await forwarding(server.url, sse)
  const alice = await beginSession(gateway)
  const waiting = await alice.post(toolCall("wait", {}, "w"))
  await expect.poll(() => server.received.length).toBe(3)
  server.streams[0]?.end()
  expect(await messages(waiting)).toMatchObject([{ id: "w", error: { code: -32000 } }])
  expect((await alice.post(toolCall("wait"))).status).toBe(404)
  expect(gateway.events).toContainEqual(
    expect.objectContaining({ type: "backend.failed", failure: "closed_early" }),
  )
  expect((await gateway.post(initialize)).status).toBe(200)
})

test("a session is unknown to another person", async () => {
  const server = await heldServer()
  const alice = await beginSession(await forwarding(server.url, sse))
  expect((await alice.post(toolCall("wait"), { sub: "bob" })).status).toBe(404)
  expect(server.received).toHaveLength(2)
})

test("a message that has no end ends the session before it fills the memory", async () => {
  const server = await heldServer()
  const gateway = await forwarding(server.url, { ...sse, maxAnswerBytes: 100_000 })
  const alice = await beginSession(gateway)
  const waiting = await alice.post(toolCall("wait"))
  await expect.poll(() => server.received.length).toBe(3)
  server.streams[0]?.write(`data: ${"x".repeat(200_000)}`)
  expect(await messages(waiting)).toMatchObject([{ error: { code: -32000 } }])
})

test.for([
  ["is not there", 502, "unreachable", undefined],
  ["wants credentials", 502, "refused", 401],
  ["has no event stream", 502, "not_mcp", 404],
  ["never says where to post", 504, "timed_out", 200],
] as const)("a server that %s is a %s", async ([, status, failure, answered]) => {
  const server = await httpServer((response) => {
    const type = { "content-type": "text/event-stream" }
    response.writeHead(answered ?? 200, type).write(": nothing\n\n")
    if (answered !== 200) response.end()
  })
  if (answered === undefined) await server.stop()
  const gateway = await forwarding(server.url, { ...sse, answerSeconds: 0.5 })
  const response = await gateway.post(initialize)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ id: "init", error: { code: -32000 } })
  expect(gateway.events).toContainEqual(
    expect.objectContaining({ type: "backend.failed", failure }),
  )
})

test("a server that sends messages elsewhere is not followed", async () => {
  const elsewhere = await httpServer((response) => response.end())
  const server = await heldServer(`${elsewhere.url}/messages`)
  const gateway = await forwarding(server.url, sse)
  expect((await gateway.post(initialize)).status).toBe(502)
  expect(elsewhere.received).toEqual([])
})

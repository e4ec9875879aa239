import { freePort } from "@doorward/test-support/free-port"
import { describe, expect, test } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { httpServer } from "./support/http-server.ts"
import { sessionServer, statelessServer } from "./support/mcp-servers.ts"

const nowhere = async () => `http://127.0.0.1:${await freePort()}/mcp`

describe("ping", () => {
  test.for([200, 401, 404, 405, 500])("a server that answers %i is there", async (status) => {
    const server = await httpServer((response) => response.writeHead(status).end())
    const { backend } = await forwarding(server.url, { headers: { "x-api-key": "k" } })
    await expect(backend.ping()).resolves.toBeUndefined()
    expect(server.received).toMatchObject([{ method: "GET", headers: { "x-api-key": "k" } }])
  })

  test("so is one that begins a stream, which ends at once", async () => {
    const server = await httpServer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": hi\n\n")
    })
    const { backend } = await forwarding(server.url, { maxStreams: 1 })
    await backend.ping()
    await backend.ping()
  })

  test("one that nobody reaches is not", async () => {
    const { backend } = await forwarding(await nowhere())
    await expect(backend.ping()).rejects.toMatchObject({ failure: "unreachable" })
  })

  test("nor one that a load balancer says is away", async () => {
    const server = await httpServer((response) => response.writeHead(503).end())
    const { backend } = await forwarding(server.url)
    await expect(backend.ping()).rejects.toMatchObject({ failure: "unreachable" })
  })

  test("it ends when its caller ends it", async () => {
    const server = await httpServer(() => {})
    const { backend } = await forwarding(server.url)
    const ping = backend.ping(AbortSignal.abort())
    await expect(ping).rejects.toMatchObject({ name: "BackendError" })
  })
})

describe("inspect", () => {
  test("a server of 2026-07-28", async () => {
    const { backend } = await forwarding(await statelessServer())
    expect(await backend.inspect()).toEqual({
      protocolVersion: "2026-07-28",
      server: { name: "stateless", version: "2.0.0" },
      tools: ["count"],
      prompts: [],
      resources: [],
      resourceTemplates: [],
    })
  })

  test("a server with sessions: its own session ends again", async () => {
    const server = await sessionServer()
    const { backend } = await forwarding(server.url)
    expect(await backend.inspect()).toMatchObject({
      protocolVersion: "2025-11-25",
      server: { name: "sessions", version: "1.0.0" },
      tools: ["count", "stumble", "ask", "wait"],
    })
    expect(server.sessions.size).toBe(0)
  })

  test("a server that wants other credentials", async () => {
    const server = await httpServer((response) => response.writeHead(401).end())
    const { backend } = await forwarding(server.url)
    await expect(backend.inspect()).rejects.toMatchObject({ failure: "refused" })
  })

  test("a server that is down", async () => {
    const { backend } = await forwarding(await nowhere())
    await expect(backend.inspect()).rejects.toMatchObject({ failure: "unreachable" })
  })

  test("a server that is no MCP server", async () => {
    const server = await httpServer((response) => response.end("<h1>Hello</h1>"))
    const { backend } = await forwarding(server.url)
    await expect(backend.inspect()).rejects.toMatchObject({ failure: "not_mcp" })
  })

  test("lists without an end", async () => {
    let pages = 0
    const server = await httpServer((response, { text }) => {
      const { id, method } = text === "" ? {} : JSON.parse(text)
      const begin = {
        protocolVersion: "2025-11-25",
        capabilities: { tools: {} },
        serverInfo: { name: "endless", version: "1" },
      }
      if (method === "server/discover") return response.writeHead(400).end()
      if (id === undefined) return response.writeHead(method ? 202 : 405).end()
      const result = method === "initialize" ? begin : { tools: [], nextCursor: String(pages++) }
      response.writeHead(200, { "content-type": "application/json" })
      return response.end(JSON.stringify({ jsonrpc: "2.0", id, result }))
    })
    const { backend } = await forwarding(server.url)
    await expect(backend.inspect()).rejects.toMatchObject({ failure: "not_mcp" })
    expect(pages).toBeLessThan(200)
  })
})

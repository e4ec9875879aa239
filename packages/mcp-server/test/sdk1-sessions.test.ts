import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { afterEach, describe, expect, test, vi } from "vitest"
import { type Sdk1SessionOptions, sdk1Sessions, sdk1Stateless } from "../src/sdk1.ts"
import { bearer, type Endpoint, endpoint, ping } from "./support/endpoint.ts"
import { connectSdk1 } from "./support/sdk-clients.ts"
import { sdk1Server } from "./support/sdk-servers.ts"

const accept = "application/json, text/event-stream"
const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
}

function sessions(options: Sdk1SessionOptions = {}) {
  const servers: McpServer[] = []
  const refused: string[] = []
  const serve = sdk1Sessions(
    () => {
      const server = sdk1Server()
      servers.push(server)
      return server
    },
    { onRefusal: ({ reason }) => refused.push(reason), ...options },
  )
  const live = () => servers.filter((server) => server.isConnected()).length
  return { ...endpoint({ serve }), serve, live, refused }
}

async function open({ send }: Endpoint, claims = {}): Promise<string> {
  const headers = { ...(await bearer(claims)), accept }
  const response = await send({ json: initialize, headers })
  await response.text()
  expect(response.status).toBe(200)
  return response.headers.get("mcp-session-id") ?? ""
}

async function use({ send }: Endpoint, id: string, claims = {}, init = {}) {
  const headers = { ...(await bearer(claims)), accept, "mcp-session-id": id }
  const response = await send({ json: ping, headers, ...init })
  return response.status
}

afterEach(() => {
  vi.useRealTimers()
})

describe("a session", () => {
  test("keeps its server between requests", async () => {
    const { app } = sessions()
    const { client } = await connectSdk1(app)
    const count = async () => (await client.callTool({ name: "count" })).content
    expect(await count()).toMatchObject([{ text: "1" }])
    expect(await count()).toMatchObject([{ text: "2" }])
    await client.close()
  })

  test("ends when the client says so", async () => {
    const endpoint = sessions()
    const { client, transport } = await connectSdk1(endpoint.app)
    const id = transport.sessionId ?? ""
    await transport.terminateSession()
    expect(await use(endpoint, id)).toBe(404)
    expect(endpoint.live()).toBe(0)
    await client.close()
  })

  test("belongs to the user and the client that opened it", async () => {
    const endpoint = sessions()
    const id = await open(endpoint)
    expect(await use(endpoint, id)).toBe(200)
    expect(await use(endpoint, id, { sub: "mallory" })).toBe(404)
    expect(await use(endpoint, id, { client_id: "client-2" })).toBe(404)
    expect(endpoint.refused).toEqual(["session_of_another_user", "session_of_another_user"])
    expect(await use(endpoint, id)).toBe(200)
  })

  test("another user's id and an unknown one look the same", async () => {
    const endpoint = sessions()
    const id = await open(endpoint)
    const ask = async (sessionId: string) => {
      const headers = { ...(await bearer({ sub: "mallory" })), "mcp-session-id": sessionId, accept }
      return (await endpoint.send({ json: ping, headers })).text()
    }
    expect(await ask(id)).toBe(await ask(crypto.randomUUID()))
  })

  test("can't be taken over by a DELETE of another user", async () => {
    const endpoint = sessions()
    const id = await open(endpoint)
    const gone = { method: "DELETE", body: undefined, json: undefined }
    expect(await use(endpoint, id, { sub: "mallory" }, gone)).toBe(404)
    expect(await use(endpoint, id)).toBe(200)
  })

  test("is needed for everything but initialize", async () => {
    const { send, refused } = sessions()
    const response = await send({ json: ping, headers: { ...(await bearer()), accept } })
    expect(response.status).toBe(400)
    expect(refused).toEqual(["session_missing"])
  })

  test("leaves nothing behind if its start fails", async () => {
    const { send, live } = sessions()
    const headers = { ...(await bearer()), accept: "text/html" }
    expect((await send({ json: initialize, headers })).status).toBe(406)
    expect(live()).toBe(0)
  })
})

describe("bounds", () => {
  test("a quiet session ends after its idle time", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const endpoint = sessions({ idleMinutes: 10 })
    const used = await open(endpoint)
    const quiet = await open(endpoint)
    vi.advanceTimersByTime(9 * 60_000)
    expect(await use(endpoint, used)).toBe(200)
    vi.advanceTimersByTime(2 * 60_000)
    expect(await use(endpoint, quiet)).toBe(404)
    expect(await use(endpoint, used)).toBe(200)
    expect(endpoint.live()).toBe(1)
  })

  test("a session whose client listens does not end", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const endpoint = sessions({ idleMinutes: 10 })
    const id = await open(endpoint)
    const headers = { ...(await bearer()), accept, "mcp-session-id": id }
    const listening = await endpoint.send({ method: "GET", headers })
    expect(listening.status).toBe(200)
    vi.advanceTimersByTime(20 * 60_000)
    expect(await use(endpoint, id)).toBe(200)
    await listening.body?.cancel()
    vi.advanceTimersByTime(11 * 60_000)
    expect(await use(endpoint, id)).toBe(404)
  })

  test("beyond a caller's limit that caller's oldest session ends", async () => {
    const endpoint = sessions({ maxSessionsPerCaller: 2 })
    const other = await open(endpoint, { sub: "bob" })
    const [first, second, third] = [
      await open(endpoint),
      await open(endpoint),
      await open(endpoint),
    ]
    expect(await use(endpoint, first)).toBe(404)
    expect(await use(endpoint, second)).toBe(200)
    expect(await use(endpoint, third)).toBe(200)
    expect(await use(endpoint, other, { sub: "bob" })).toBe(200)
    expect(endpoint.live()).toBe(3)
  })

  test("beyond the total limit the quietest session ends, and never one that listens", async () => {
    const endpoint = sessions({ maxSessions: 2 })
    const listener = await open(endpoint, { sub: "a" })
    const headers = { ...(await bearer({ sub: "a" })), accept, "mcp-session-id": listener }
    const listening = await endpoint.send({ method: "GET", headers })
    const quiet = await open(endpoint, { sub: "b" })
    const fresh = await open(endpoint, { sub: "c" })
    expect(await use(endpoint, quiet, { sub: "b" })).toBe(404)
    expect(await use(endpoint, listener, { sub: "a" })).toBe(200)
    expect(await use(endpoint, fresh, { sub: "c" })).toBe(200)
    await listening.body?.cancel()
  })

  test("with every session in use a new one is 503", async () => {
    const endpoint = sessions({ maxSessions: 1 })
    const id = await open(endpoint)
    const headers = { ...(await bearer()), accept, "mcp-session-id": id }
    const listening = await endpoint.send({ method: "GET", headers })
    const response = await endpoint.send({
      json: initialize,
      headers: { ...(await bearer({ sub: "bob" })), accept },
    })
    expect(response.status).toBe(503)
    expect(response.headers.get("retry-after")).toBe("30")
    expect(endpoint.refused).toEqual(["too_many_sessions"])
    await listening.body?.cancel()
  })

  test("close ends them all", async () => {
    const endpoint = sessions()
    const id = await open(endpoint)
    await endpoint.serve.close()
    expect(endpoint.live()).toBe(0)
    expect(await use(endpoint, id)).toBe(404)
  })
})

describe("stateless", () => {
  test.each(["GET", "DELETE"])("%s is 405", async (method) => {
    const { send } = endpoint({ serve: sdk1Stateless(sdk1Server) })
    const response = await send({ method, headers: { ...(await bearer()), accept } })
    expect(response.status).toBe(405)
    expect(response.headers.get("allow")).toBe("POST")
  })

  test("a server ends when its client disconnects", async () => {
    const server = sdk1Server()
    const { send } = endpoint({ serve: sdk1Stateless(() => server) })
    const client = new AbortController()
    const headers = { ...(await bearer()), accept }
    await send({ json: ping, headers, signal: client.signal })
    expect(server.isConnected()).toBe(true)
    client.abort()
    await Promise.resolve()
    expect(server.isConnected()).toBe(false)
  })
})

import { randomBytes } from "node:crypto"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { describe, expect, test } from "vitest"
import { forwarding, secret } from "./support/forwarding.ts"
import { signToken, toolCall } from "./support/guarded-backend.ts"
import { answerJson, httpServer } from "./support/http-server.ts"
import { sessionServer } from "./support/mcp-servers.ts"

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  },
}
const notFound = { jsonrpc: "2.0", error: { code: -32001, message: "Session not found" }, id: 1 }

/** A server that opens a session `s-1` on initialize, and repeats the id with every answer. */
const opening = (id = "s-1") =>
  httpServer((response) => answerJson(response, undefined, { "mcp-session-id": id }))

describe("the id that a client gets", () => {
  test("is not the backend's, is visible ASCII, and opens the session again", async () => {
    const server = await opening()
    const { post } = await forwarding(server.url)
    const session = (await post(initialize)).headers.get("mcp-session-id")!
    expect(session).toMatch(/^[\w-]{20,200}$/)
    expect(Buffer.from(session, "base64url").toString("latin1")).not.toContain("s-1")
    const response = await post(toolCall("a"), { headers: { "mcp-session-id": session } })
    expect(server.received.map(({ headers }) => headers["mcp-session-id"])).toEqual([
      undefined,
      "s-1",
    ])
    expect(response.headers.get("mcp-session-id")).toBe(session)
  })

  test.for([
    ["another person", { sub: "bob" }],
    ["another client of the same person", { client_id: "client-2" }],
  ] as const)("is unknown to %s", async ([, claims]) => {
    const server = await opening()
    const { post, events } = await forwarding(server.url)
    const session = (await post(initialize)).headers.get("mcp-session-id")!
    const response = await post(toolCall("a"), { headers: { "mcp-session-id": session }, claims })
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual(notFound)
    expect(server.received).toHaveLength(1)
    expect(events).toEqual([
      {
        type: "request.refused",
        backend: `127.0.0.1:${server.port}`,
        reason: "session_unknown",
        status: 404,
        subject: "alice",
        clientId: "client-1",
        ...("sub" in claims ? { subject: claims.sub } : { clientId: claims.client_id }),
      },
    ])
  })

  test("is unknown for a GET and a DELETE of another person too", async () => {
    const server = await opening()
    const { post, send } = await forwarding(server.url)
    const session = (await post(initialize)).headers.get("mcp-session-id")!
    for (const method of ["GET", "DELETE"]) {
      const init = { method, headers: { "mcp-session-id": session } }
      expect((await send(init, { sub: "bob" })).status).toBe(404)
    }
    expect(server.received).toHaveLength(1)
  })

  test("is unknown if it was made up, altered, cut off, or is the backend's own", async () => {
    const server = await opening()
    const { post } = await forwarding(server.url)
    const session = (await post(initialize)).headers.get("mcp-session-id")!
    const first = session[0] === "A" ? "B" : "A"
    const random = randomBytes(64).toString("base64url")
    const wrong = [
      "s-1",
      "",
      "x",
      first + session.slice(1),
      session.slice(0, -2),
      random,
      `${session}A`,
    ]
    for (const id of [...wrong, "A".repeat(6000), session.slice(0, 30), `${session}=`]) {
      const response = await post(toolCall("a"), { headers: { "mcp-session-id": id } })
      expect([id, response.status]).toEqual([id, 404])
    }
    expect(server.received).toHaveLength(1)
  })

  test("is unknown to another backend, even if that one has the same URL", async () => {
    const server = await opening()
    const one = await forwarding(server.url, { name: "one" })
    const two = await forwarding(server.url, { name: "two" })
    const session = (await one.post(initialize)).headers.get("mcp-session-id")!
    const headers = { "mcp-session-id": session }
    expect((await two.post(toolCall("a"), { headers })).status).toBe(404)
    expect((await one.post(toolCall("a"), { headers })).status).toBe(200)
  })

  test("outlives the rotation of the secret, and not its removal", async () => {
    const server = await opening()
    const fresh = randomBytes(32).toString("base64url")
    const before = await forwarding(server.url)
    const during = await forwarding(server.url, { secret: `${fresh}, ${secret}` })
    const after = await forwarding(server.url, { secret: [fresh] })
    const headers = {
      "mcp-session-id": (await before.post(initialize)).headers.get("mcp-session-id")!,
    }
    expect((await during.post(toolCall("a"), { headers })).status).toBe(200)
    expect((await after.post(toolCall("a"), { headers })).status).toBe(404)
    const newer = {
      "mcp-session-id": (await during.post(initialize)).headers.get("mcp-session-id")!,
    }
    expect((await after.post(toolCall("a"), { headers: newer })).status).toBe(200)
  })

  test("is the same however the secret is written", async () => {
    const server = await opening()
    const bytes = Buffer.from(secret, "base64url")
    const one = await forwarding(server.url, { secret: bytes.toString("hex") })
    const other = await forwarding(server.url, { secret: bytes.toString("base64") })
    const headers = {
      "mcp-session-id": (await one.post(initialize)).headers.get("mcp-session-id")!,
    }
    expect((await other.post(toolCall("a"), { headers })).status).toBe(200)
  })
})

test("initialize begins a new session, whatever id a client still sends", async () => {
  const server = await opening()
  const { post } = await forwarding(server.url)
  const response = await post(initialize, { headers: { "mcp-session-id": "forgotten" } })
  expect(response.status).toBe(200)
  expect(server.received[0]!.headers).not.toHaveProperty("mcp-session-id")
})

test("a DELETE reaches the session that it names", async () => {
  const server = await sessionServer()
  const { post, send } = await forwarding(server.url)
  const headers = { "mcp-session-id": (await post(initialize)).headers.get("mcp-session-id")! }
  expect(server.sessions.size).toBe(1)
  expect((await send({ method: "DELETE", headers })).status).toBe(200)
  expect(server.sessions.size).toBe(0)
})

test.for(["text/plain", "application/json"])(
  "a session that the backend has forgotten is 404 (%s)",
  async (type) => {
    const server = await httpServer((response, { headers }) => {
      if (headers["mcp-session-id"] === undefined) {
        return answerJson(response, undefined, { "mcp-session-id": "s-1" })
      }
      const text = type === "text/plain" ? "session not found" : JSON.stringify(notFound)
      return response.writeHead(404, { "content-type": type }).end(text)
    })
    const { post } = await forwarding(server.url)
    const session = (await post(initialize)).headers.get("mcp-session-id")!
    const response = await post(toolCall("a"), { headers: { "mcp-session-id": session } })
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual(notFound)
  },
)

test.for([
  ["has blanks", "a b"],
  ["is too long", "x".repeat(2049)],
])("a session id of the backend that %s is not passed on", async ([, id]) => {
  const { post, events } = await forwarding((await opening(id)).url)
  const response = await post(initialize)
  expect(response.status).toBe(502)
  expect(response.headers.get("mcp-session-id")).toBeNull()
  expect(events).toMatchObject([{ failure: "not_mcp" }])
})

test("the longest session id of a backend comes back", async () => {
  const id = "x".repeat(2048)
  const server = await opening(id)
  const { post } = await forwarding(server.url)
  const session = (await post(initialize)).headers.get("mcp-session-id")!
  await post(toolCall("a"), { headers: { "mcp-session-id": session } })
  expect(server.received[1]!.headers["mcp-session-id"]).toBe(id)
})

test("three instances serve one session, whichever is asked", async () => {
  const server = await sessionServer()
  const instances = await Promise.all([1, 2, 3].map(() => forwarding(server.url, { name: "one" })))
  let turn = 0
  const client = new Client({ name: "test", version: "1.0.0" })
  await client.connect(
    new StreamableHTTPClientTransport(new URL(instances[0]!.url), {
      async fetch(_url, init) {
        const headers = new Headers(init?.headers)
        headers.set("authorization", `Bearer ${await signToken()}`)
        return fetch(instances[turn++ % 3]!.url, { ...init, headers })
      },
    }),
  )
  const results = []
  for (let call = 0; call < 6; call++) results.push(await client.callTool({ name: "count" }))
  expect(results.map(({ content }) => content)).toEqual(
    [1, 2, 3, 4, 5, 6].map((call) => [{ type: "text", text: `call ${call}` }]),
  )
  expect(server.sessions.size).toBe(1)
  await client.close()
})

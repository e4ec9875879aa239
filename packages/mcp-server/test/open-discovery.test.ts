import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { describe, expect, test, vi } from "vitest"
import {
  ConfigurationError,
  type McpGuardOptions,
  mcpGuard,
  type OpenMethod,
  openMethods,
  type Refusal,
} from "../src/index.ts"
import { proxyOf, RESOURCE as resource, signToken } from "./support/issuer.ts"

/** A server with a tool for everybody, one for some, and what it was asked as nobody. */
async function guarded(
  options: Partial<McpGuardOptions> = {},
  methods: readonly OpenMethod[] = openMethods,
) {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "example", version: "1.0.0" })
    const answer = () => ({ content: [{ type: "text" as const, text: "called" }] })
    server.registerTool("open", {}, answer)
    server.registerTool("admin", {}, answer)
    server.registerTool("mine", {}, answer)
    return server
  })
  const served: Request[] = []
  const refusals: Refusal[] = []
  const when = vi.fn(() => true)
  const guard = mcpGuard({
    proxy: proxyOf(),
    serve: handler.fetch,
    open: {
      methods,
      serve(request, read) {
        served.push(request)
        return handler.fetch(request, read)
      },
    },
    policy: { tools: { admin: { roles: ["Admin"] }, mine: { when } } },
    onRefusal: (refusal) => refusals.push(refusal),
    ...options,
  } as McpGuardOptions)
  const send = (body: unknown, headers: Record<string, string> = {}, method = "POST") =>
    guard.fetch(
      new Request(resource, {
        method,
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    )
  return { guard, send, served, refusals, when }
}

const request = (method: string, params?: object, id = 1) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
})
const initialize = request("initialize", {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "stranger", version: "1" },
})
const modern = (method: string) =>
  [
    request(method, {
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { name: "stranger", version: "1" },
      },
    }),
    { "mcp-protocol-version": "2026-07-28", "mcp-method": method },
  ] as const
/** The result in an answer, JSON or an event stream. */
async function resultOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  const json = text.startsWith("{") ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? "{}")
  return JSON.parse(json).result
}

describe("without a token", () => {
  test("a client of either era finds out what there is, as far as no rule asks for anything", async () => {
    const { send, when } = await guarded()
    expect((await send(initialize)).status).toBe(200)
    for (const [body, headers] of [
      [request("tools/list"), { "mcp-protocol-version": "2025-11-25" }],
      modern("tools/list"),
    ] as const) {
      const response = await send(body, headers)
      expect(response.status).toBe(200)
      const { tools } = (await resultOf(response)) as { tools: { name: string }[] }
      expect(tools.map(({ name }) => name)).toEqual(["open"])
    }
    expect(when).not.toHaveBeenCalled()
    expect((await send(...modern("server/discover"))).status).toBe(200)
  })

  test("what the policy filtered may be kept by no shared cache", async () => {
    const { send } = await guarded({
      open: {
        methods: ["tools/list"],
        serve: () =>
          Response.json({
            jsonrpc: "2.0",
            id: 1,
            result: { tools: [{ name: "admin" }], ttlMs: 1000, cacheScope: "public" },
          }),
      },
    })
    expect(await resultOf(await send(request("tools/list")))).toEqual({
      tools: [],
      ttlMs: 1000,
      cacheScope: "private",
    })
  })

  test("no session begins, whatever the server answers", async () => {
    const { send } = await guarded({
      open: {
        methods: ["initialize"],
        serve: () =>
          Response.json(
            { jsonrpc: "2.0", id: 1, result: {} },
            { headers: { "mcp-session-id": "s" } },
          ),
      },
    })
    const response = await send(initialize)
    expect([response.status, response.headers.get("mcp-session-id")]).toEqual([200, null])
  })

  const call = request("tools/call", { name: "open", arguments: {} })
  test.each<[string, unknown, Record<string, string>?, string?]>([
    ["a call", call],
    ["a batch with a call in it", [request("tools/list"), call]],
    [
      "a batch with an answer in it",
      [request("tools/list"), { jsonrpc: "2.0", id: 1, result: {} }],
    ],
    ["an empty batch", []],
    [
      "a batch of more than anybody needs",
      Array.from({ length: 21 }, (_, id) => request("ping", {}, id)),
    ],
    ["a batch with something else in it", [request("tools/list"), null]],
    [
      "a method given twice, of which the last counts",
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}',
    ],
    ["an escaped method", '{"jsonrpc":"2.0","id":1,"method":"tools\\u002fcall"}'],
    ["a method in capitals", request("TOOLS/LIST")],
    ["a method that is no text", { jsonrpc: "2.0", id: 1, method: ["tools/list"] }],
    ["a method by its prototype", '{"jsonrpc":"2.0","id":1,"__proto__":{"method":"tools/list"}}'],
    ["a call that a header calls a list", call, { "mcp-method": "tools/list" }],
    ["a list that says more than anybody asks", request("tools/list", { x: "x".repeat(70_000) })],
    ["no JSON", "{"],
    ["a subscription", request("resources/subscribe", { uri: "x" })],
    ["completion", request("completion/complete", {})],
    ["a list with an empty Authorization header", request("tools/list"), { authorization: "" }],
    ["a list with another scheme", request("tools/list"), { authorization: "Basic eDp5" }],
    ["a list with a session", request("tools/list"), { "mcp-session-id": "s" }],
    ["a look with GET", undefined, { accept: "*/*" }, "GET"],
    ["a stream of a session", undefined, { "mcp-session-id": "s" }, "GET"],
    ["the end of a session", undefined, {}, "DELETE"],
  ])("%s leads to the sign-in", async (_, body, headers, method) => {
    const { send, served } = await guarded()
    const response = await send(body, headers, method)
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toContain("resource_metadata=")
    expect(served).toEqual([])
  })

  test("there is no stream to listen on, where clients begin without a token", async () => {
    const { send } = await guarded()
    const response = await send(undefined, {}, "GET")
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"])
    const closed = await guarded({}, ["tools/list"])
    expect((await closed.send(undefined, {}, "GET")).status).toBe(401)
  })

  test("a bad token gets no more than before: it is refused", async () => {
    const { send, served } = await guarded()
    const expired = await signToken({ exp: 1 })
    const response = await send(request("tools/list"), { authorization: `Bearer ${expired}` })
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toContain("invalid_token")
    expect(served).toEqual([])
  })

  test("only what is open is open, and off nothing is", async () => {
    const some = await guarded({}, ["initialize"])
    expect((await some.send(initialize)).status).toBe(200)
    const initialized = { jsonrpc: "2.0", method: "notifications/initialized" }
    expect((await some.send(initialized)).status).toBe(202)
    expect((await some.send(request("tools/list"))).status).toBe(401)
    const none = await guarded({ open: undefined })
    expect((await none.send(request("tools/list"))).status).toBe(401)
  })
})

describe("what strangers can make the server hold", () => {
  test("is 16 requests at once; those with a token have their own places", async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { send, refusals } = await guarded({
      serve: () => new Response("served"),
      open: {
        methods: ["ping"],
        serve: async () => {
          await promise
          return Response.json({ jsonrpc: "2.0", id: 1, result: {} })
        },
      },
    })
    const waiting = Array.from({ length: 16 }, () => send(request("ping")))
    await new Promise((done) => setImmediate(done))
    const late = await send(request("ping"))
    expect([late.status, late.headers.get("retry-after")]).toEqual([503, "1"])
    expect(refusals.at(-1)).toMatchObject({ reason: "too_many_open_requests" })
    const authorization = `Bearer ${await signToken({})}`
    expect((await send(request("ping"), { authorization })).status).toBe(200)
    resolve()
    for (const response of await Promise.all(waiting)) expect(response.status).toBe(200)
    expect((await send(request("ping"))).status).toBe(200)
  })

  test("is no stream that never ends, and no endless answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      const endless = new Response(new ReadableStream(), {
        headers: { "content-type": "text/event-stream" },
      })
      const { send, refusals } = await guarded({
        open: { methods: ["ping"], serve: () => endless },
      })
      const answer = send(request("ping"))
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
      await vi.advanceTimersByTimeAsync(30_000)
      expect((await answer).status).toBe(503)
      expect(refusals).toMatchObject([{ reason: "open_answer_failed" }])
    } finally {
      vi.useRealTimers()
    }
    const long = () => new Response("x".repeat(5 * 1024 * 1024))
    const { send } = await guarded({ open: { methods: ["ping"], serve: long } })
    expect((await send(request("ping"))).status).toBe(503)
  })

  test("a server that fails is no stack trace", async () => {
    const { send } = await guarded({
      open: { methods: ["ping"], serve: () => Promise.reject(new Error("secret detail")) },
    })
    const response = await send(request("ping"))
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain("secret detail")
  })
})

test.each([
  [["tools/call"], "open.methods.0"],
  [[], "open.methods"],
])("%j cannot be open", async (methods, option) => {
  const error = await guarded({}, methods as never).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect((error as ConfigurationError).problems).toMatchObject([{ option }])
})

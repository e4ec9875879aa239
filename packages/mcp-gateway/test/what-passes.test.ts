import { expect, test } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { toolCall } from "./support/guarded-backend.ts"
import { answerJson, httpServer } from "./support/http-server.ts"

test("to the backend: the headers of MCP and the body, and nothing else of the client's", async () => {
  const server = await httpServer((response) => answerJson(response))
  const { post } = await forwarding(`${server.url}?key=1`)
  const response = await post(toolCall("hello"), {
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "hello",
      "mcp-param-city": "Berlin",
      "last-event-id": "e1",
      cookie: "a=b",
      forwarded: "for=1.2.3.4",
      "x-forwarded-for": "1.2.3.4",
      "x-doorward-subject": "bob",
      "x-doorward-assertion": "x",
      "accept-encoding": "gzip",
      "accept-language": "de",
      "x-custom": "1",
      origin: "https://mcp.example",
    },
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ jsonrpc: "2.0", id: 1, result: {} })
  const [received] = server.received
  expect(received).toMatchObject({ method: "POST", url: "/mcp?key=1" })
  expect(JSON.parse(received!.text)).toEqual(toolCall("hello"))
  expect(received!.headers).toEqual({
    host: `127.0.0.1:${server.port}`,
    connection: "keep-alive",
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    "content-length": String(received!.text.length),
    "last-event-id": "e1",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "hello",
    "mcp-param-city": "Berlin",
  })
})

test("to the client: the headers of MCP, and nothing else of the backend's", async () => {
  const server = await httpServer((response) =>
    answerJson(response, undefined, {
      "cache-control": "no-store",
      "retry-after": "3",
      "mcp-protocol-version": "2025-11-25",
      "set-cookie": ["a=b"],
      "www-authenticate": "Bearer",
      "access-control-allow-origin": "*",
      "proxy-authenticate": "Basic",
      location: "/elsewhere",
      server: "secret/1.0",
      "x-custom": "1",
    }),
  )
  const { post } = await forwarding(server.url)
  const { headers } = await post(toolCall("hello"))
  const names = [...headers.keys()].filter((name) => !["date", "keep-alive"].includes(name))
  expect(names.sort()).toEqual([
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "mcp-protocol-version",
    "retry-after",
  ])
})

test("headers of ours that were set for every request", async () => {
  const server = await httpServer((response) => answerJson(response))
  const { post } = await forwarding(server.url, {
    headers: { "X-Api-Key": "k", Authorization: "Bearer b" },
  })
  await post(toolCall("hello"))
  expect(server.received[0]!.headers).toMatchObject({ "x-api-key": "k", authorization: "Bearer b" })
})

test.for([
  ["a text outside of ASCII", "größe", `=?base64?${Buffer.from("größe").toString("base64")}?=`],
  ["blanks around it", " a ", "=?base64?IGEg?="],
  ["what looks encoded", "=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?="],
  ["an empty name", "", "=?base64??="],
  ["a line break", "a\r\nx-injected: 1", "=?base64?YQ0KeC1pbmplY3RlZDogMQ==?="],
] as const)("Mcp-Name of %s", async ([, name, header]) => {
  const server = await httpServer((response) => answerJson(response))
  const { post } = await forwarding(server.url)
  await post(toolCall(name))
  expect(server.received[0]!.headers["mcp-name"]).toBe(header)
})

test.for([
  ["prompts/get", { name: "p" }, "p"],
  ["resources/read", { uri: "file:///a" }, "file:///a"],
  ["tasks/get", { taskId: "t" }, "t"],
  ["tools/list", { name: "no" }, undefined],
  ["tools/call", {}, undefined],
] as const)("Mcp-Method and Mcp-Name of %s", async ([method, params, name]) => {
  const server = await httpServer((response) => answerJson(response))
  const { post } = await forwarding(server.url)
  await post({ jsonrpc: "2.0", id: 1, method, params }, { headers: { "mcp-name": "lie" } })
  expect(server.received[0]!.headers).toMatchObject({ "mcp-method": method })
  expect(server.received[0]!.headers["mcp-name"]).toBe(name)
})

const modern = { "mcp-protocol-version": "2026-07-28" }

test.for([
  ["another method", { "mcp-method": "tools/list", "mcp-name": "hello" }],
  ["another name", { "mcp-method": "tools/call", "mcp-name": "other" }],
  ["another name in base64", { "mcp-method": "tools/call", "mcp-name": "=?base64?b3RoZXI=?=" }],
  ["another case", { "mcp-method": "tools/call", "mcp-name": "Hello" }],
  ["no method", { "mcp-name": "hello" }],
  ["no name", { "mcp-method": "tools/call" }],
] as const)("headers that contradict the body are refused: %s", async ([, headers]) => {
  const server = await httpServer((response) => answerJson(response))
  const { post } = await forwarding(server.url)
  const response = await post(toolCall("hello"), { headers: { ...modern, ...headers } })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32020 } })
  expect(server.received).toEqual([])
})

test.for([
  ["in base64", "hello", "=?base64?aGVsbG8=?="],
  ["in base64 because they must be", "grüße", "=?base64?Z3LDvMOfZQ==?="],
  ["with blanks around", "hello", "  hello "],
] as const)("headers that say what the body says pass: %s", async ([, name, header]) => {
  const server = await httpServer((response) => answerJson(response))
  const { post } = await forwarding(server.url)
  const headers = { ...modern, "mcp-method": "tools/call", "mcp-name": header }
  expect((await post(toolCall(name), { headers })).status).toBe(200)
})

test("a batch has neither", async () => {
  const server = await httpServer((response) => answerJson(response, []))
  const { post } = await forwarding(server.url)
  await post([toolCall("a")], { headers: { "mcp-name": "lie", "mcp-method": "tools/list" } })
  expect(server.received[0]!.headers).not.toHaveProperty("mcp-method")
  expect(server.received[0]!.headers).not.toHaveProperty("mcp-name")
})

test("a value that no request can be written with is left out", async () => {
  const server = await httpServer((response) => answerJson(response))
  const { backend } = await forwarding(server.url)
  const url = new URL(server.url)
  const verified = { claims: {}, issuer: "i", subject: "alice", scopes: [], expiresAt: 0 }
  const authInfo = { token: "", clientId: "", scopes: [], expiresAt: 0, extra: { verified } }
  const headers = { accept: "*/*", "last-event-id": "a\u0001b" }
  const response = await backend(new Request(url, { headers }), {
    authInfo: { ...authInfo, resource: url, resourceMetadataUrl: "" },
  })
  expect(response.status).toBe(200)
  expect(server.received[0]!.headers).toMatchObject({ accept: "*/*" })
  expect(server.received[0]!.headers).not.toHaveProperty("last-event-id")
})

test("a DELETE and a GET pass without a body", async () => {
  const server = await httpServer((response) => response.writeHead(405).end("no"))
  const { send } = await forwarding(server.url)
  expect((await send({ method: "DELETE" })).status).toBe(405)
  const response = await send({ headers: { accept: "text/event-stream" } })
  expect(response.status).toBe(405)
  expect(await response.json()).toMatchObject({ error: { code: -32000 }, id: null })
  expect(server.received.map(({ method, text }) => [method, text])).toEqual([
    ["DELETE", ""],
    ["GET", ""],
  ])
})

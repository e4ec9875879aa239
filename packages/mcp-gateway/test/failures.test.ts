import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { freePort } from "@doorward/test-support/free-port"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { BackendError } from "../src/index.ts"
import { forwarding } from "./support/forwarding.ts"
import { toolCall } from "./support/guarded-backend.ts"
import { answerJson, httpServer } from "./support/http-server.ts"

const hello = toolCall("hello", {}, 7)

/** What every failure looks like to the client, and to the operator. */
async function expectFailure(
  { post, events }: Awaited<ReturnType<typeof forwarding>>,
  failure: string,
  status: number,
) {
  const response = await post(hello)
  const text = await response.text()
  expect([response.status, response.headers.get("content-type")]).toEqual([
    status,
    "application/json",
  ])
  expect(JSON.parse(text)).toEqual({
    jsonrpc: "2.0",
    error: { code: -32000, message: expect.stringMatching(/^The (server|gateway) .*\.$/) },
    id: 7,
  })
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|ECONN|secret/)
  expect(response.headers.get("retry-after")).toBe(status === 503 ? "5" : null)
  expect(events).toEqual([
    { type: "backend.failed", backend: "files", failure, status, cause: expect.any(BackendError) },
  ])
}

/** A server that speaks TCP, and answers a request with these bytes. */
async function rawServer(answer: string | ((socket: Socket) => void)): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {})
    socket.once("data", () => {
      if (typeof answer === "string") socket.end(answer)
      else answer(socket)
    })
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/mcp`
}

describe("a backend that", () => {
  test("is down", async () => {
    const gateway = await forwarding(`http://127.0.0.1:${await freePort()}/mcp`, { name: "files" })
    await expectFailure(gateway, "unreachable", 502)
  })

  test("has no address", async () => {
    const gateway = await forwarding("http://nowhere.invalid/mcp", { name: "files" })
    await expectFailure(gateway, "unreachable", 502)
  })

  test("never answers", async () => {
    const server = await httpServer(() => {})
    const gateway = await forwarding(server.url, { name: "files", answerSeconds: 0.05 })
    await expectFailure(gateway, "timed_out", 504)
  })

  test("never ends its headers", async () => {
    const url = await rawServer((socket) => socket.write("HTTP/1.1 200 OK\r\nx-a: b\r\n"))
    const gateway = await forwarding(url, { name: "files", answerSeconds: 0.05 })
    await expectFailure(gateway, "timed_out", 504)
  })

  test("sends headers without end", async () => {
    const url = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n")
      const timer = setInterval(() => socket.write(`x-a: ${"b".repeat(4096)}\r\n`), 1)
      socket.on("close", () => clearInterval(timer))
    })
    await expectFailure(await forwarding(url, { name: "files" }), "not_mcp", 502)
  })

  test("begins its answer and never ends it", async () => {
    const server = await httpServer((response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"jsonrpc":')
    })
    const gateway = await forwarding(server.url, { name: "files", answerSeconds: 0.05 })
    await expectFailure(gateway, "timed_out", 504)
  })

  test("sends JSON without end", async () => {
    const server = await httpServer((response) => {
      response.writeHead(200, { "content-type": "application/json" })
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(16_384)));
      }
      response.on("drain", more)
      more()
    })
    const gateway = await forwarding(server.url, { name: "files", maxAnswerBytes: 1_000_000 })
    await expectFailure(gateway, "too_large", 502)
  })

  test.for([
    ["before its answer", ""],
    ["within its headers", "HTTP/1.1 200 OK\r\ncontent-ty"],
    [
      "within its body",
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"a',
    ],
  ])("closes early, %s", async ([, bytes]) => {
    await expectFailure(
      await forwarding(await rawServer(bytes!), { name: "files" }),
      "closed_early",
      502,
    )
  })

  test("does not speak HTTP", async () => {
    const url = await rawServer("SSH-2.0-OpenSSH_9.9\r\n")
    await expectFailure(await forwarding(url, { name: "files" }), "not_mcp", 502)
  })

  test.for([
    ["HTML", 200, "text/html", "<h1>Hello</h1>"],
    ["broken JSON", 200, "application/json", '{"jsonrpc":"2.0",'],
    ["an error page", 500, "text/html", "<pre>at secret.py</pre>"],
    ["an error that is no JSON", 500, "application/json", "oops"],
    ["nothing", 200, "application/json", ""],
    ["a page that is not found", 404, "text/html", "<h1>404</h1>"],
  ] as const)("answers with %s", async ([, status, type, body]) => {
    const server = await httpServer((response) => {
      response.writeHead(status, { "content-type": type }).end(body)
    })
    await expectFailure(await forwarding(server.url, { name: "files" }), "not_mcp", 502)
  })

  test("redirects, which is not followed", async () => {
    const server = await httpServer((response) =>
      response.writeHead(307, { location: "http://127.0.0.1:1/secret" }).end(),
    )
    await expectFailure(await forwarding(server.url, { name: "files" }), "not_mcp", 502)
    expect(server.received).toHaveLength(1)
  })

  test.for([
    [
      "a status beyond HTTP's",
      "HTTP/1.1 799 Odd\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    ],
    ["a broken header", "HTTP/1.1 200 OK\r\ncache-control: a\u0001b\r\ncontent-length: 0\r\n\r\n"],
    [
      "two media types",
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-type: text/event-stream\r\ncontent-length: 2\r\n\r\n{}",
    ],
  ])("answers with %s", async ([, bytes]) => {
    await expectFailure(
      await forwarding(await rawServer(bytes!), { name: "files" }),
      "not_mcp",
      502,
    )
  })

  test("compresses although it was not asked to", async () => {
    const server = await httpServer((response) =>
      answerJson(response, "x", { "content-encoding": "gzip" }),
    )
    await expectFailure(await forwarding(server.url, { name: "files" }), "not_mcp", 502)
  })

  test.for([
    [401, { "content-type": "application/json" }],
    [403, { "content-type": "text/html" }],
    [403, { "content-type": "application/json", "www-authenticate": "Bearer" }],
  ] as const)("refuses the gateway with %i", async ([status, headers]) => {
    const server = await httpServer((response) => response.writeHead(status, headers).end("{}"))
    await expectFailure(await forwarding(server.url, { name: "files" }), "refused", 502)
  })

  test.for([502, 503, 504])("is away behind a load balancer (%i)", async (status) => {
    const server = await httpServer((response) => response.writeHead(status).end("secret"))
    await expectFailure(await forwarding(server.url, { name: "files" }), "unreachable", 502)
  })
})

describe("an error of the backend's own passes with its status", () => {
  test.for([400, 403, 404, 429, 500, 503])("%i, in JSON", async (status) => {
    const error = { jsonrpc: "2.0", error: { code: -32099, message: "mine" }, id: 7 }
    const server = await httpServer((response) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(error)),
    )
    const { post, events } = await forwarding(server.url)
    const response = await post(hello)
    expect([response.status, await response.json()]).toEqual([status, error])
    expect(events).toEqual([])
  })

  test("with a text of ours if it is not JSON", async () => {
    const server = await httpServer((response) =>
      response.writeHead(400, { "content-type": "text/plain" }).end("secret path /srv"),
    )
    const { post } = await forwarding(server.url)
    const response = await post(hello)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { message: "The server behind this gateway refused the request with status 400." },
      id: 7,
    })
  })
})

test.for([
  [202, "Accepted"],
  [204, ""],
  [205, "{}"],
  [200, ""],
] as const)("an answer without content to a notification passes (%i)", async ([status, text]) => {
  const server = await httpServer((response) => response.writeHead(status).end(text))
  const { post, events } = await forwarding(server.url)
  const response = await post({ jsonrpc: "2.0", method: "notifications/initialized" })
  expect([response.status, await response.text()]).toEqual([status, ""])
  expect(events).toEqual([])
})

test("an error about a batch or a notification has no id", async () => {
  const { post } = await forwarding(`http://127.0.0.1:${await freePort()}/mcp`)
  for (const body of [[hello], { jsonrpc: "2.0", method: "notifications/initialized" }]) {
    expect(await (await post(body)).json()).toMatchObject({ id: null })
  }
})

describe("limits", () => {
  test("more requests at once than are allowed are told to come back", async () => {
    const answers: (() => void)[] = []
    const server = await httpServer((response) => answers.push(() => answerJson(response)))
    const { post, events } = await forwarding(server.url, { maxInFlight: 2 })
    const two = [post(hello), post(hello)]
    await expect.poll(() => answers.length).toBe(2)
    const third = await post(hello)
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "5"])
    for (const answer of answers) answer()
    expect((await Promise.all(two)).map(({ status }) => status)).toEqual([200, 200])
    expect(events).toMatchObject([{ failure: "too_many_requests", status: 503 }])
    const fourth = post(hello)
    await expect.poll(() => answers.length).toBe(3)
    answers[2]!()
    expect((await fourth).status).toBe(200)
  })

  test("more event streams than are allowed are not opened", async () => {
    const server = await httpServer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": hi\n\n")
    })
    const { send, events } = await forwarding(server.url, { maxStreams: 1 })
    const first = await send()
    expect((await send()).status).toBe(503)
    expect(events).toMatchObject([{ failure: "too_many_requests", status: 503 }])
    await first.body!.cancel()
    await expect.poll(async () => (await send()).status).toBe(200)
  })
})

describe("a backend that was restarted", () => {
  test("serves the first request that comes after it", async () => {
    const before = await httpServer((response) => answerJson(response))
    const { post } = await forwarding(before.url)
    expect((await post(hello)).status).toBe(200)
    await before.stop()
    const after = await httpServer((response) => answerJson(response), before.port)
    expect((await post(hello)).status).toBe(200)
    expect(after.received).toHaveLength(1)
  })

  test("gets a list that it dropped again, and a call never twice", async () => {
    const server = await httpServer((response) => response.destroy())
    const { post } = await forwarding(server.url)
    expect((await post({ jsonrpc: "2.0", id: 1, method: "tools/list" })).status).toBe(502)
    expect(server.received).toHaveLength(2)
    expect((await post(hello)).status).toBe(502)
    expect(server.received).toHaveLength(3)
  })
})

test("a client that goes takes its request along, without an event", async () => {
  const gone = vi.fn()
  const server = await httpServer((response) => response.on("close", gone))
  const { send, events } = await forwarding(server.url)
  const client = new AbortController()
  const request = send({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(hello),
    signal: client.signal,
  })
  await expect.poll(() => server.received.length).toBe(1)
  client.abort()
  await expect(request).rejects.toThrow("aborted")
  await expect.poll(() => gone.mock.calls.length).toBe(1)
  expect(events).toEqual([])
})

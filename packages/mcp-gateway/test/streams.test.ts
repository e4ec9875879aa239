import { once } from "node:events"
import { Agent, get, type IncomingMessage, type ServerResponse } from "node:http"
import { createRequire } from "node:module"
import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { type GuardedOptions, signToken, toolCall } from "./support/guarded-backend.ts"
import { httpServer } from "./support/http-server.ts"

const event = (data: unknown, id?: string) =>
  `${id === undefined ? "" : `id: ${id}\n`}event: message\ndata: ${JSON.stringify(data)}\n\n`
const step = { jsonrpc: "2.0", method: "notifications/progress", params: { progress: 1 } }

/** A server that begins an event stream for every request, and lets a test go on with it. */
async function streaming(guard: GuardedOptions = {}) {
  const streams: ServerResponse[] = []
  const server = await httpServer((response) => {
    streams.push(response)
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
    response.flushHeaders()
  })
  return { server, streams, ...(await forwarding(server.url, { name: "files" }, guard)) }
}

/** The next piece of a stream as text; `undefined` at its end. */
function pieces(response: Response): () => Promise<string | undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  return async () => (await reader.read()).value
}

test("events pass as they come, and a clean end is a clean end", async () => {
  const { streams, post, events } = await streaming()
  const response = await post(toolCall("a"))
  expect(response.headers.get("content-type")).toBe("text/event-stream")
  expect(response.headers.get("cache-control")).toBe("no-cache")
  const next = pieces(response)
  for (const data of [1, 2, 3]) {
    streams[0]!.write(event(data))
    expect(await next()).toBe(event(data))
  }
  streams[0]!.end()
  expect(await next()).toBeUndefined()
  expect(events).toEqual([])
})

test("a stream that is there to its end passes as a whole, and makes room for the next", async () => {
  const text = event(step) + event({ jsonrpc: "2.0", id: 1, result: {} })
  const server = await httpServer((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(text)
  })
  const { post, events } = await forwarding(server.url, { maxStreams: 1, maxAnswerBytes: 10 })
  for (const id of [1, 2, 3]) {
    const response = await post(toolCall("a", {}, id))
    expect(response.headers.get("content-length")).toBe(String(text.length))
    expect(await response.text()).toBe(text)
  }
  expect(events).toEqual([])
})

test("a stream that does not stop begins, and is not gathered", async () => {
  const text = event({ ...step, text: "x".repeat(10_000) })
  let isOpen = true
  const server = await httpServer((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.on("close", () => {
      isOpen = false
    })
    const write = () => {
      while (isOpen && response.write(text));
      if (isOpen) response.once("drain", write)
    }
    write()
  })
  const { post } = await forwarding(server.url)
  // However much comes at once: the time for which a beginning is held does not pass.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  onTestFinished(() => void vi.useRealTimers())
  const next = pieces(await post(toolCall("a")))
  expect((await next())?.startsWith(text)).toBe(true)
})

test("Last-Event-ID reaches the backend", async () => {
  const { server, send } = await streaming()
  const response = await send({ headers: { "last-event-id": "e-7" } })
  expect(server.received[0]!.headers["last-event-id"]).toBe("e-7")
  await response.body!.cancel()
})

describe("a stream that the backend breaks off", () => {
  test("ends for the client with a JSON-RPC error, if it could not be resumed", async () => {
    const { streams, post, events } = await streaming()
    const next = pieces(await post(toolCall("a", {}, "call-1")))
    streams[0]!.write(event(step))
    await next()
    streams[0]!.destroy()
    const [, data = ""] = /\n\nevent: message\ndata: (.*)\n\n$/.exec((await next()) ?? "") ?? []
    expect(JSON.parse(data)).toEqual({
      jsonrpc: "2.0",
      error: { code: -32000, message: expect.stringContaining("broke off") },
      id: "call-1",
    })
    expect(await next()).toBeUndefined()
    expect(events).toEqual([
      {
        type: "backend.failed",
        backend: "files",
        failure: "closed_early",
        cause: expect.objectContaining({ failure: "closed_early" }),
      },
    ])
  })

  test("just ends if its events have ids: the client resumes", async () => {
    const { streams, post, events } = await streaming()
    const next = pieces(await post(toolCall("a")))
    streams[0]!.write(event(step, "e-1"))
    await next()
    streams[0]!.destroy()
    expect(await next()).toBeUndefined()
    expect(events).toMatchObject([{ failure: "closed_early" }])
  })

  test("just ends with what came before, however soon it breaks", async () => {
    const server = await httpServer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write(event(step, "e-1"), () => response.destroy())
    })
    const { post, events } = await forwarding(server.url)
    const response = await post(toolCall("a"))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(event(step, "e-1"))
    expect(events).toMatchObject([{ failure: "closed_early" }])
  })

  test("just ends if nobody waits for an answer on it", async () => {
    const { streams, send } = await streaming()
    const next = pieces(await send())
    streams[0]!.write(event(step))
    await next()
    streams[0]!.destroy()
    expect(await next()).toBeUndefined()
  })
})

test.for([
  ["is compressed", { "content-encoding": "gzip" }],
  ["has a session id that cannot be passed on", { "mcp-session-id": "a b" }],
] as const)("a stream that %s ends at the backend, and is a failure", async ([, headers]) => {
  const streams: ServerResponse[] = []
  const server = await httpServer((response) => {
    streams.push(response)
    response.writeHead(200, { "content-type": "text/event-stream", ...headers }).flushHeaders()
  })
  const { post, events } = await forwarding(server.url, { maxStreams: 1 })
  for (const call of [0, 1]) {
    expect((await post(toolCall("a"))).status).toBe(502)
    await expect.poll(() => streams[call]!.closed).toBe(true)
  }
  expect(events).toMatchObject([{ failure: "not_mcp" }, { failure: "not_mcp" }])
})

test("a client that goes ends the stream at the backend, without an event", async () => {
  const { streams, send, events } = await streaming()
  const client = new AbortController()
  const response = await send({ signal: client.signal })
  expect(response.status).toBe(200)
  const closed = once(streams[0]!, "close")
  client.abort()
  await closed
  expect(events).toEqual([])
})

test("a client that reads slowly holds the backend back", async () => {
  const { streams, send } = await streaming()
  const response = await send()
  const chunk = `: ${"x".repeat(64 * 1024)}\n\n`
  const [stream] = streams
  let sent = 0
  const limit = 64 * 1024 * 1024
  while (sent < limit && stream!.write(chunk)) sent += chunk.length
  while (sent < limit) {
    const isDrained = await Promise.race([
      once(stream!, "drain").then(() => true),
      delay(300).then(() => false),
    ])
    if (!isDrained) break
    while (sent < limit && stream!.write(chunk)) sent += chunk.length
  }
  expect(sent).toBeLessThan(limit)
  await response.body!.cancel()
})

test("closing the backend ends its streams, and refuses what comes later", async () => {
  const { send, post, backend, events } = await streaming()
  const next = pieces(await send())
  await backend.close()
  expect(await next()).toBeUndefined()
  expect(events).toEqual([])
  expect((await post(toolCall("a"))).status).toBe(502)
})

/** undici's own clock for its timeouts, which fake timers do not reach once a real one has begun it. */
const undiciClock: { tick(milliseconds: number): void } = createRequire(import.meta.url)(
  "undici/lib/util/timers.js",
)

test("a stream ends on both sides within half a minute of its grant", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], shouldAdvanceTime: true })
  onTestFinished(() => void vi.useRealTimers())
  let active = true
  const { url, streams, events } = await streaming({ isActive: async () => active })
  const exp = Math.floor(Date.now() / 1000) + 86_400
  const headers = { authorization: `Bearer ${await signToken({ exp })}` }
  const [response]: IncomingMessage[] = await once(get(url, { headers }), "response")
  const ended = once(response!.resume(), "end")
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(response!.readableEnded).toBe(false)
  expect(streams[0]!.closed).toBe(false)
  active = false
  await vi.advanceTimersByTimeAsync(30_000)
  await ended
  if (!streams[0]!.closed) await once(streams[0]!, "close")
  expect(events).toEqual([])
})

test("200 streams outlive an hour in which nothing happens", async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
    shouldAdvanceTime: true,
  })
  onTestFinished(() => void vi.useRealTimers())
  const { url, streams, events } = await streaming()
  const exp = Math.floor(Date.now() / 1000) + 86_400
  const headers = { authorization: `Bearer ${await signToken({ exp })}` }
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
  onTestFinished(() => agent.destroy())
  const ended = vi.fn()
  const clients = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const [response]: IncomingMessage[] = await once(get(url, { agent, headers }), "response")
      return response!.on("close", ended)
    }),
  )
  expect(clients.map(({ statusCode }) => statusCode)).toEqual(Array(200).fill(200))

  await vi.advanceTimersByTimeAsync(3_600_000)
  // The first tick is what starts a new timeout.
  for (const milliseconds of [1000, 3_600_000]) undiciClock.tick(milliseconds)

  const arrived = clients.map((client) => once(client, "data"))
  for (const stream of streams) stream.write(event(step))
  const texts = (await Promise.all(arrived)).map(([chunk]) => String(chunk))
  expect(texts).toEqual(Array(200).fill(event(step)))
  expect(ended).not.toHaveBeenCalled()
  expect(events).toEqual([])
})

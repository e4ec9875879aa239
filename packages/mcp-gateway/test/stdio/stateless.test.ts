import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { expect, onTestFinished, test } from "vitest"
import { connectCalledBack } from "../support/called-back-clients.ts"
import { signToken, toolCall } from "../support/guarded-backend.ts"
import { isRunning, scripted, spawning, startedIn, twoEras } from "../support/spawning.ts"

async function connect(url: string, sub = "alice") {
  const client = new Client(
    { name: "test", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  )
  const fetchAs: typeof fetch = async (target, init) => {
    const headers = new Headers(init?.headers)
    headers.set("authorization", `Bearer ${await signToken({ sub })}`)
    return fetch(target, { ...init, headers })
  }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: fetchAs }))
  onTestFinished(() => client.close())
  return {
    client,
    async call(name: string, options?: Parameters<typeof client.callTool>[1]) {
      return JSON.stringify((await client.callTool({ name }, options)).content)
    },
  }
}

test.for([
  ["2.x auto", "modern", "2026-07-28"],
  ["2.x auto", "both", "2026-07-28"],
  ["2.x", "both", "2025-11-25"],
  ["1.x", "both", "2025-11-25"],
] as const)("the client %s and a server that speaks %s speak %s", async ([line, mode, version]) => {
  const { url } = await spawning(twoEras(mode))
  const { call, protocolVersion } = await connectCalledBack(line, url)
  expect(protocolVersion).toBe(version)
  expect(await call("count")).toContain('"1"')
  const progress: unknown[] = []
  await call("progress", {}, (one) => progress.push(one))
  expect(progress).toEqual([1, 2, 3].map((each) => ({ progress: each, total: 3 })))
})

test("a server without sessions asks its client for what it needs", async () => {
  const { url } = await spawning(twoEras("modern"))
  const { call } = await connectCalledBack("2.x auto", url)
  expect(await call("ask")).toContain("Alice")
})

test("two programs of one person share a process and do not mix up their calls", async () => {
  const { url, events } = await spawning(twoEras("modern"))
  const [one, two] = [await connect(url), await connect(url)]
  const all = await Promise.all([1, 2, 3, 4].flatMap(() => [one.call("count"), two.call("count")]))
  const counts = all.map((content) => Number(JSON.parse(content)[0].text))
  expect(counts.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const progressOf = async ({ call }: typeof one) => {
    const progress: unknown[] = []
    await call("progress", { onprogress: ({ progress: each }) => void progress.push(each) })
    return progress
  }
  const expected = [1, 2, 3]
  expect(await Promise.all([progressOf(one), progressOf(two)])).toEqual([expected, expected])
  expect(startedIn(events)).toHaveLength(1)
})

test("two people never share a process", async () => {
  const { url, events } = await spawning(twoEras("modern"))
  const [alice, bob] = [await connect(url), await connect(url, "bob")]
  expect(await alice.call("pid")).not.toBe(await bob.call("pid"))
  expect(startedIn(events)).toHaveLength(2)
})

test("cancelling a call without a session reaches the server", async () => {
  const { url, events } = await spawning(twoEras("modern"))
  const { call } = await connect(url)
  const printed = (line: string) => events.some((event) => Object(event).line === line)
  const cancelling = new AbortController()
  const waiting = call("wait", { signal: cancelling.signal })
  waiting.catch(() => undefined)
  await expect.poll(() => printed("waiting")).toBe(true)
  cancelling.abort()
  await expect(waiting).rejects.toThrow()
  await expect.poll(() => printed("cancelled")).toBe(true)
  expect(await call("count")).toContain('"1"')
})

test("a subscription tells of changes, to the client that opened it, until it is closed", async () => {
  const { url } = await spawning(twoEras("modern"))
  const [one, two] = [await connect(url), await connect(url)]
  const told: string[] = []
  one.client.setNotificationHandler("notifications/tools/list_changed", () => void told.push("one"))
  two.client.setNotificationHandler("notifications/tools/list_changed", () => void told.push("two"))
  const subscription = await one.client.listen({ toolsListChanged: true })
  await two.call("change")
  await expect.poll(() => told).toEqual(["one"])
  await subscription.close()
  await two.call("change")
  await two.call("count")
  expect(told).toEqual(["one"])
})

test("a crash answers what was asked, and the next request begins afresh", async () => {
  const { url, events } = await spawning(twoEras("modern"))
  const { call } = await connect(url)
  await expect(call("crash")).rejects.toThrow("broke off")
  expect(events).toContainEqual(
    expect.objectContaining({ type: "backend.failed", failure: "process_ended" }),
  )
  expect(await call("count")).toContain('"1"')
  expect(startedIn(events).map(isRunning)).toEqual([false, true])
})

test("a server that knows sessions only is asked once which revisions it speaks", async () => {
  const { url, events } = await spawning(scripted())
  for (const _ of [1, 2, 3]) {
    const { call } = await connectCalledBack("2.x auto", url)
    expect(await call("count")).toContain('"1"')
  }
  expect(startedIn(events)).toHaveLength(4)
  expect(startedIn(events).filter(isRunning)).toHaveLength(3)
  await expect(connect(url)).rejects.toThrow()
})

test.for(["modern", "both"])("a server that speaks %s is inspected", async (mode) => {
  const { backend } = await spawning(twoEras(mode))
  const report = await backend.inspect()
  expect(report).toMatchObject({ server: { name: "two-eras", version: "2.0.0" }, prompts: [] })
  expect(report.tools).toContain("count")
  expect(report.protocolVersion).toBe(mode === "modern" ? "2026-07-28" : "2025-11-25")
})

test("a request whose headers contradict its body is refused before a process starts", async () => {
  const { url, events } = await spawning(twoEras("modern"))
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await signToken({ sub: "alice" })}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "other",
    },
    body: JSON.stringify(toolCall("hello")),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32020 } })
  expect(events).toMatchObject([{ type: "request.refused", reason: "header_mismatch" }])
})

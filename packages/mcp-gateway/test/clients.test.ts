import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js"
import { expect, test } from "vitest"
import { forwarding } from "./support/forwarding.ts"
import { connectSdk1, connectSdk2 } from "./support/mcp-clients.ts"
import { sessionServer, statelessServer } from "./support/mcp-servers.ts"

test.for([
  ["auto", "2026-07-28"],
  ["legacy", "2025-11-25"],
] as const)("the 2.x client in mode %s calls a stateless server", async ([mode, version]) => {
  const { url } = await forwarding(await statelessServer())
  const client = await connectSdk2(url, mode)
  expect(client.getNegotiatedProtocolVersion()).toBe(version)
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["count"])
  const progress: number[] = []
  const result = await client.callTool(
    { name: "count" },
    { onprogress: (step) => progress.push(step.progress) },
  )
  expect(result.content).toEqual([{ type: "text", text: "counted" }])
  expect(progress).toEqual([1, 2, 3])
})

test("the 1.x client calls a stateless server", async () => {
  const { url } = await forwarding(await statelessServer())
  const { client } = await connectSdk1(url)
  expect(await callWithProgress(client, "count")).toEqual(["counted", [1, 2, 3]])
})

test("both clients keep a session of a server that has sessions, and end it", async () => {
  const server = await sessionServer()
  const { url } = await forwarding(server.url)
  const { client, transport } = await connectSdk1(url)
  const other = await connectSdk2(url, "auto")
  expect(server.sessions.size).toBe(2)
  const count = async () => (await client.callTool({ name: "count" })).content
  expect(await count()).toEqual([{ type: "text", text: "call 1" }])
  expect((await other.callTool({ name: "count" })).content).toEqual([
    { type: "text", text: "call 1" },
  ])
  expect(await count()).toEqual([{ type: "text", text: "call 2" }])
  expect([...server.sessions.keys()]).not.toContain(transport.sessionId)
  await transport.terminateSession()
  expect(server.sessions.size).toBe(1)
})

test("progress, a question to the person, and cancelling go through a session", async () => {
  const server = await sessionServer()
  const { client } = await connectSdk1((await forwarding(server.url)).url)
  expect(await callWithProgress(client, "count")).toEqual(["call 1", [1, 2, 3]])
  expect(await callWithProgress(client, "ask")).toEqual(["accept Bern", []])
  const cancel = new AbortController()
  const waiting = client.callTool({ name: "wait" }, undefined, { signal: cancel.signal })
  // They are two requests, and a server knows nothing of a call that its cancellation has overtaken.
  await expect.poll(() => server.waiting).toBe(1)
  cancel.abort("enough")
  await expect(waiting).rejects.toThrow("enough")
  await expect.poll(() => server.cancelled).toBe(1)
})

test("a client resumes a call whose stream the backend broke off", async () => {
  const server = await sessionServer()
  const { url, events } = await forwarding(server.url)
  const { client } = await connectSdk1(url)
  const onFirst = (step: number) => step === 1 && server.breakOff()
  expect(await callWithProgress(client, "stumble", onFirst)).toEqual(["arrived", [1, 2]])
  expect(events).toMatchObject([{ type: "backend.failed", failure: "closed_early" }])
})

/** The text that a tool answers, and the steps that it reported. */
async function callWithProgress(
  client: Awaited<ReturnType<typeof connectSdk1>>["client"],
  name: string,
  onStep: (step: number) => unknown = () => {},
): Promise<[unknown, number[]]> {
  const steps: number[] = []
  const onprogress = ({ progress }: { progress: number }) => {
    steps.push(progress)
    onStep(progress)
  }
  const { content } = CallToolResultSchema.parse(
    await client.callTool({ name }, undefined, { onprogress }),
  )
  const [first] = content
  return [first?.type === "text" ? first.text : first, steps]
}

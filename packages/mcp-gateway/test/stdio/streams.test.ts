import { expect, test } from "vitest"
import { connectCalledBack, signedIn } from "../support/called-back-clients.ts"
import { toolCall } from "../support/guarded-backend.ts"
import { messages, type RawSession, scripted, spawning } from "../support/spawning.ts"

const withToken = (name: string, id: string | number, progressToken: unknown) => ({
  ...toolCall(name, {}, id),
  params: { name, arguments: {}, _meta: { progressToken } },
})

/** Reads a stream until this text has come, and leaves it. */
async function readUntil(text: string, response: Response): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let read = ""
  while (!read.includes(text)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`the stream ended after: ${read}`)
    read += value
  }
  await reader.cancel()
  return read
}

const lastId = (events: string) => [...events.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? ""

const resume = (session: RawSession, id: string) =>
  session.send({ headers: { accept: "text/event-stream", "last-event-id": id } })

const released = { id: "h", result: { content: [{ type: "text", text: "released" }] } }

test("a client whose stream broke resumes it while the tool runs", async () => {
  const alice = await (await spawning(scripted())).begin()
  const read = await readUntil('"progress":1', await alice.post(withToken("held", "h", "t")))
  const resumed = await resume(alice, lastId(read))
  expect(resumed.status).toBe(200)
  await alice.call("release")
  expect(await messages(resumed)).toMatchObject([released])
})

test("a client whose stream broke gets what it missed after the tool has ended", async () => {
  const alice = await (await spawning(scripted())).begin()
  const beginning = await alice.post(withToken("held", "h", "t"))
  const read = await readUntil('"progress":1', beginning)
  await alice.call("release")
  const progress = { method: "notifications/progress", params: { progressToken: "t" } }
  const [first] = [...read.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
  expect(await messages(await resume(alice, first!))).toMatchObject([progress, released])
  expect(await messages(await resume(alice, lastId(read)))).toMatchObject([released])
  const answer = lastId(await (await resume(alice, lastId(read))).text())
  expect(await (await resume(alice, answer)).text()).toBe("")
})

test("nobody else can resume a stream", async () => {
  const { begin } = await spawning(scripted())
  const [alice, bob] = [await begin(), await begin({ sub: "bob" })]
  const read = await readUntil('"progress":1', await alice.post(withToken("held", "h", "t")))
  await alice.call("release")
  const headers = { accept: "text/event-stream", "last-event-id": lastId(read) }
  expect((await alice.send({ headers }, { sub: "bob" })).status).toBe(404)
  expect(await (await bob.send({ headers })).text()).not.toContain("released")
})

/** Breaks the stream of the first call of `held` off, once progress has come. */
function breakingOff(): typeof fetch {
  let isBroken = false
  return async (url, init) => {
    const response = await signedIn(url, init)
    if (isBroken || !String(init?.body).includes('"held"')) return response
    isBroken = true
    return new Response(await readUntil('"progress":1', response), response)
  }
}

test.for(["1.x", "2.x"] as const)("the client %s resumes by itself", async (line) => {
  const { url } = await spawning(scripted())
  const { call } = await connectCalledBack(line, url, breakingOff())
  const progress: unknown[] = []
  const held = call("held", {}, (one) => progress.push(one))
  await expect.poll(() => progress).toEqual([{ progress: 1 }])
  await call("release")
  expect(await held).toContain("released")
})

test("cancelling a call reaches the server, and ends the call's stream", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  const held = await alice.post(withToken("held", "h", "t"))
  const params = { requestId: "h", reason: "r" }
  const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params }
  expect((await alice.post(cancelled)).status).toBe(202)
  expect((await messages(held)).at(-1)).toMatchObject({ id: "h", error: { code: -32000 } })
  await expect
    .poll(() => events)
    .toContainEqual(expect.objectContaining({ type: "process.output", line: "cancelled h" }))
  expect(await alice.call("release")).toBe("done")
})

test("leaving a call's stream does not cancel the call", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  await (await alice.post(toolCall("never"))).body?.cancel()
  expect(await alice.call("count", {}, 2)).toBe("1")
  expect(events.some(({ type }) => type === "process.output")).toBe(false)
})

test("what belongs to no request goes with the newest one, or to a client that listens", async () => {
  const alice = await (await spawning(scripted())).begin()
  const line = { method: "notifications/message", params: { data: "a line" } }
  const answers = await messages(await alice.post(toolCall("log-line", {}, 5)))
  expect(answers).toMatchObject([line, { id: 5 }])
})

test("an id that waits for its answer cannot be used again", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  await (await alice.post(toolCall("never", {}, 1))).body?.cancel()
  const response = await alice.post(toolCall("count", {}, 1))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32600 } })
  expect(events.at(-1)).toMatchObject({ type: "request.refused", reason: "id_in_use" })
  expect(await alice.call("count", {}, "1")).toBe("1")
})

test("a client that does not read is not waited for in memory", async () => {
  const alice = await (await spawning(scripted())).begin()
  const flood = {
    ...toolCall("flood", {}, 1),
    params: { name: "flood", arguments: { megabytes: 60 }, _meta: { progressToken: "t" } },
  }
  const unread = await alice.post(flood)
  expect(await alice.call("count", {}, 2)).toBe("1")
  const text = await unread.text()
  expect(text.length).toBeLessThan(20_000_000)
  expect(text).not.toContain('"id":1')
})

test("a long answer passes whole, to a client that reads it late", async () => {
  const alice = await (await spawning(scripted())).begin()
  const late = await alice.post(toolCall("long", { length: 9_000_000 }, 1))
  expect(await alice.call("count", {}, 2)).toBe("1")
  expect((await late.text()).length).toBeGreaterThan(9_000_000)
})

test("the server gets what the guard has judged, with its numbers as they were written", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  const params = '{"name":"delete","name":"raw","arguments":{"n":12345678901234567890.10}}'
  const repeated = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`
  const [answer] = await messages(await alice.post(repeated))
  expect(Object(answer).result.content[0].text).toBe(repeated.replace('"name":"delete",', ""))
  const response = await alice.post(repeated.replace('"name":"delete"', '"Name":"delete"'))
  expect(response.status).toBe(400)
  expect(events.at(-1)).toMatchObject({ type: "request.refused", reason: "body_ambiguous" })
})

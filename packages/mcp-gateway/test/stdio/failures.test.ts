import { expect, test } from "vitest"
import { BackendError } from "../../src/index.ts"
import { toolCall } from "../support/guarded-backend.ts"
import {
  initialize,
  isRunning,
  messages,
  scripted,
  spawning,
  startedIn,
} from "../support/spawning.ts"

const failed = (failure: string) => expect.objectContaining({ type: "backend.failed", failure })

test.for([
  ["does not exist", ["/no/such/command"], {}, "/no/such/command"],
  ["cannot be run", ["/etc/passwd"], {}, "/etc/passwd"],
  ["has no folder", scripted(), { cwd: "/no/such/folder" }, "/no/such/folder"],
  ["ends at once", scripted("exit"), {}, "ended with code 7"],
] as const)(
  "a command that %s is a 502 that says nothing of it, and an event that does",
  async ([, command, options, text]) => {
    const { post, events } = await spawning(command, { ...options, name: "files" })
    const response = await post(initialize)
    expect(response.status).toBe(502)
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ jsonrpc: "2.0", id: "init", error: { code: -32000 } })
    expect(body).not.toContain("/")
    const failures = events.filter(({ type }) => type === "backend.failed")
    expect(failures).toEqual([expect.objectContaining({ backend: "files", status: 502 })])
    const { cause } = Object(failures[0])
    expect(cause).toBeInstanceOf(BackendError)
    expect(cause.message).toContain(text)
  },
)

test("a server that does not answer its first request in time is a 504, and ends", async () => {
  const { post, events } = await spawning(scripted("silent"), { startSeconds: 0.3 })
  const response = await post(initialize)
  expect(response.status).toBe(504)
  expect(await response.json()).toMatchObject({ id: "init", error: { code: -32000 } })
  expect(events).toContainEqual(failed("timed_out"))
  await expect.poll(() => startedIn(events).some(isRunning)).toBe(false)
})

test("a server that refuses to begin is heard, and ends", async () => {
  const { post, events } = await spawning(scripted("refuse"))
  const response = await post(initialize)
  expect(await messages(response)).toMatchObject([{ id: "init", error: { message: "not today" } }])
  await expect.poll(() => startedIn(events).some(isRunning)).toBe(false)
})

test("a crash answers every open request with its id, and the session begins afresh", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  const waiting = await Promise.all(["a", 7].map((id) => alice.post(toolCall("never", {}, id))))
  const crashing = await alice.post(toolCall("crash", {}, "c"))
  const answers = await Promise.all([...waiting, crashing].map(messages))
  expect(answers).toMatchObject([
    [{ id: "a", error: { code: -32000 } }],
    [{ id: 7, error: { code: -32000 } }],
    [{ id: "c", error: { code: -32000 } }],
  ])
  expect(events.filter(({ type }) => type === "backend.failed")).toEqual([failed("process_ended")])
  expect((await alice.post(toolCall("count"))).status).toBe(404)
  expect(await (await begin()).call("count")).toBe("1")
})

test("what a server prints by mistake is reported, without what may be data", async () => {
  const { begin, events } = await spawning(scripted())
  expect(await (await begin()).call("stdout-garbage")).toBe("done")
  const lines = events.flatMap((event) => (event.type === "process.output" ? [event.line] : []))
  expect(lines).toEqual([
    expect.stringContaining("Listening on port 1"),
    expect.stringMatching(/not a message.*: \d+ characters$/),
  ])
})

test("a line without an end ends the process before it fills the memory", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  const answer = await messages(await alice.post(toolCall("endless-line")))
  expect(answer).toMatchObject([{ id: 1, error: { code: -32000 } }])
  expect(events).toContainEqual(failed("too_large"))
  await expect.poll(() => startedIn(events).some(isRunning)).toBe(false)
})

test("a line of output cannot pass for another, or change a terminal", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  await alice.call("stderr-line", { line: "\u001b[31mred\u001b[0m\rforged\u0007\u0085 €" })
  const output = events.filter(({ type }) => type === "process.output")
  expect(output).toMatchObject([{ line: "red forged   €" }])
})

test("a flood of output reaches no log, and its size is told", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  expect(await alice.call("stderr-flood", { lines: 20_000 })).toBe("done")
  await alice.send({ method: "DELETE" })
  await expect.poll(() => events.at(-1)?.type).toBe("process.ended")
  const lines = events.flatMap((event) => (event.type === "process.output" ? [event.line] : []))
  expect(lines[0]).toBe("line 0")
  expect(lines.length).toBeLessThan(2000)
  const leftOut = lines.map((line) => Number(/^… (\d+) lines left out$/.exec(line)?.[1] ?? 0))
  const sum = leftOut.reduce((one, other) => one + other)
  expect(sum + leftOut.filter((count) => count === 0).length).toBe(20_001)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(2001)
})

test("a server that reads nothing more gets no more than a bounded part of what is sent", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  const pid = Number(await alice.call("pid"))
  expect(await alice.call("stop-reading")).toBe("stopped")
  const text = "x".repeat(1_000_000)
  const before = process.memoryUsage().external
  for (let id = 0; id < 40; id += 1) {
    const response = await alice.post(toolCall("echo", { text }, `e${id}`))
    const isRefused = events.some((event) => Object(event).failure === "too_many_requests")
    if (isRefused) {
      expect(await messages(response)).toMatchObject([{ id: `e${id}`, error: { code: -32000 } }])
    }
    await response.body?.cancel().catch(() => undefined)
  }
  expect(events).toContainEqual(failed("too_many_requests"))
  expect(process.memoryUsage().external - before).toBeLessThan(64_000_000)
  process.kill(pid, "SIGKILL")
})

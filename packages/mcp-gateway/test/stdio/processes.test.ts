import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { toolCall } from "../support/guarded-backend.ts"
import {
  initialize,
  isRunning,
  messages,
  scripted,
  spawning,
  startedIn,
} from "../support/spawning.ts"

test("a session has a process of its own, which keeps its state", async () => {
  const { begin, events } = await spawning(scripted())
  const [alice, bob] = [await begin(), await begin({ sub: "bob" })]
  expect(await alice.call("count", {}, 1)).toBe("1")
  expect(await alice.call("count", {}, 2)).toBe("2")
  expect(await bob.call("count", {}, 1)).toBe("1")
  const pids = [await alice.call("pid", {}, 3), await bob.call("pid", {}, 3)].map(Number)
  expect(pids[0]).not.toBe(pids[1])
  expect(startedIn(events)).toEqual(pids)
})

test.for([
  ["another person", { sub: "bob" }],
  ["another client of the same person", { client_id: "client-2" }],
] as const)("a session is unknown to %s, by any method", async ([, claims]) => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  for (const init of [{ method: "GET" }, { method: "DELETE" }]) {
    const headers = { accept: "text/event-stream" }
    expect((await alice.send({ ...init, headers }, claims)).status).toBe(404)
  }
  const response = await alice.post(toolCall("count"), claims)
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({
    jsonrpc: "2.0",
    error: { code: -32001, message: "Session not found" },
    id: 1,
  })
  expect(events).toContainEqual(
    expect.objectContaining({ type: "request.refused", reason: "session_unknown", status: 404 }),
  )
  expect(await alice.call("count", {}, 2)).toBe("1")
})

test("a process gets the variables that it is allowed, and no others", async () => {
  process.env.DOORWARD_TEST_SECRET = "hunter2"
  const { begin } = await spawning(scripted(), { environment: { API_KEY: "k", PATH: "/usr/bin" } })
  const environment = JSON.parse(await (await begin()).call("environment"))
  delete process.env.DOORWARD_TEST_SECRET
  expect(environment).toMatchObject({ API_KEY: "k", PATH: "/usr/bin" })
  const known = ["API_KEY", "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"]
  expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([])
})

test("a process knows whose it is if it is told, and not otherwise", async () => {
  const identity = { email: "alice@example.com", name: "Älice", roles: ["a,b", "c"] }
  const told = await spawning(scripted(), { identity: true }, { identity })
  expect(JSON.parse(await (await told.begin()).call("environment"))).toMatchObject({
    DOORWARD_SUBJECT: "alice",
    DOORWARD_CLIENT: "client-1",
    DOORWARD_EMAIL: "alice@example.com",
    DOORWARD_NAME: "%C3%84lice",
    DOORWARD_ROLES: "a%2Cb,c",
    DOORWARD_SCOPES: "mcp.read,mcp.write",
  })
  const untold = await spawning(scripted(), {}, { identity })
  const environment = JSON.parse(await (await untold.begin()).call("environment"))
  expect(Object.keys(environment).filter((name) => name.startsWith("DOORWARD_"))).toEqual([])
})

test("a process runs in the folder of the options, and its arguments are no shell's", async () => {
  const { begin } = await spawning(scripted("$(touch /x)", "; exit"), { cwd: "/usr" })
  expect(await (await begin()).call("folder")).toBe("/usr")
})

test("a process ends when its client ends the session", async () => {
  const { begin, events } = await spawning(scripted())
  const alice = await begin()
  const pid = Number(await alice.call("pid"))
  expect((await alice.send({ method: "DELETE" })).status).toBe(200)
  await expect.poll(() => isRunning(pid)).toBe(false)
  expect(events.at(-1)).toEqual({ type: "process.ended", backend: "node", pid, subject: "alice" })
  expect((await alice.post(toolCall("count"))).status).toBe(404)
})

test("nothing runs after close, and requests are refused then", async () => {
  const { begin, backend, events, post } = await spawning(scripted())
  await Promise.all([begin(), begin({ sub: "bob" }), begin({ sub: "carol" })])
  const pids = startedIn(events)
  expect(pids.map(isRunning)).toEqual([true, true, true])
  await backend.close()
  expect(pids.map(isRunning)).toEqual([false, false, false])
  expect((await post(initialize)).status).toBe(502)
  await expect(backend.ping()).rejects.toThrow("closing")
  await expect(backend.inspect()).rejects.toThrow("closing")
})

test("a process that does not notice the end of its input is asked to end by SIGTERM", async () => {
  const { begin, backend, events } = await spawning(scripted("ignore-end"))
  await begin()
  await backend.close()
  expect(events).toContainEqual(expect.objectContaining({ type: "process.output", line: "bye" }))
  expect(startedIn(events).some(isRunning)).toBe(false)
})

test("a process that ignores SIGTERM ends nevertheless, behind a shell too", async () => {
  const shell = ["sh", "-c", `"$@"; true`, "sh", ...scripted("ignore-sigterm")]
  const { begin, backend, events } = await spawning(shell)
  const server = Number(await (await begin()).call("pid"))
  const [started] = startedIn(events)
  expect(server).not.toBe(started)
  await backend.close()
  expect(isRunning(Number(started))).toBe(false)
  // Whoever inherits it has to notice its end as well.
  await expect.poll(() => isRunning(server)).toBe(false)
})

test("a process ends with a gateway that ends without closing its backend", async () => {
  const gateway = new URL("../support/servers/gateway-that-exits.ts", import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(gateway)])
  const pid = Number(stdout)
  expect(pid).toBeGreaterThan(1)
  await expect.poll(() => isRunning(pid)).toBe(false)
})

test("beyond what a caller may have, their oldest process ends", async () => {
  const { begin, events } = await spawning(scripted(), { maxProcessesPerCaller: 2 })
  const [first, second, other] = [await begin(), await begin(), await begin({ sub: "bob" })]
  await first.call("count")
  const third = await begin()
  expect((await second.post(toolCall("count"))).status).toBe(404)
  expect(await first.call("count", {}, 2)).toBe("2")
  expect(await third.call("count")).toBe("1")
  expect(await other.call("count")).toBe("1")
  expect(startedIn(events).filter(isRunning)).toHaveLength(3)
})

test("beyond what there may be in all, one that is not in use ends; if all are, nobody gets one", async () => {
  const { begin, events, post } = await spawning(scripted(), { maxProcesses: 2 })
  const [alice, bob] = [await begin(), await begin({ sub: "bob" })]
  const stream = await alice.send({ method: "GET", headers: { accept: "text/event-stream" } })
  const carol = await begin({ sub: "carol" })
  expect((await bob.post(toolCall("count"))).status).toBe(404)
  const waiting = await carol.post(toolCall("never"))

  const response = await post(initialize, { claims: { sub: "dave" } })
  expect(response.status).toBe(503)
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id: "init", error: {} })
  expect(events.at(-1)).toMatchObject({ type: "backend.failed", failure: "too_many_processes" })
  expect(startedIn(events).filter(isRunning)).toHaveLength(2)

  await stream.body?.cancel()
  await waiting.body?.cancel()
  await expect
    .poll(async () => (await post(initialize, { claims: { sub: "dave" } })).status)
    .toBe(200)
})

test("the answer to an open request says that the process was ended for another", async () => {
  const { begin } = await spawning(scripted(), { maxProcessesPerCaller: 1 })
  const waiting = await (await begin()).post(toolCall("never"))
  await begin()
  expect(await messages(waiting)).toEqual([
    expect.objectContaining({ id: 1, error: { code: -32000, message: expect.any(String) } }),
  ])
})

import { describe, expect, test } from "vitest"
import { connectCalledBack } from "../support/called-back-clients.ts"
import { everything, scripted, spawning } from "../support/spawning.ts"

describe.for(["1.x", "2.x", "2.x auto"] as const)("the client %s", (line) => {
  test("calls the tools of the reference server, which can call back", async () => {
    const { url } = await spawning(everything())
    const { call, protocolVersion } = await connectCalledBack(line, url)
    expect(protocolVersion).toBe("2025-11-25")
    expect(await call("echo", { message: "hello" })).toContain("Echo: hello")
    expect(await call("trigger-sampling-request", { prompt: "p" })).toContain("sampled")
    expect(await call("trigger-elicitation-request")).toContain("Alice")
    expect(await call("get-env")).not.toContain("VITEST")
  })

  test("gets the progress of two calls at once, each of its own", async () => {
    const { url } = await spawning(everything())
    const client = await connectCalledBack(line, url)
    const progressOf = async (steps: number) => {
      const progress: unknown[] = []
      const args = { duration: 0.1, steps }
      await client.call("trigger-long-running-operation", args, (one) => progress.push(one))
      return progress
    }
    const [three, two] = await Promise.all([progressOf(3), progressOf(2)])
    expect(three).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3 })))
    expect(two).toEqual([1, 2].map((progress) => ({ progress, total: 2 })))
  })

  test("begins afresh by itself, or is told to, after a crash", async () => {
    const { url } = await spawning(scripted())
    const { call } = await connectCalledBack(line, url)
    await expect(call("crash")).rejects.toThrow("broke off")
    await expect(call("count")).rejects.toThrow(/[Ss]ession/)
    const again = await connectCalledBack(line, url)
    expect(await again.call("count")).toContain('"1"')
  })
})

test("a backend says what it offers to an inspection, which is nobody's", async () => {
  const { backend, events } = await spawning(everything(), { identity: true })
  const report = await backend.inspect()
  const server = { name: expect.stringContaining("everything") }
  expect(report).toMatchObject({ protocolVersion: "2025-11-25", server })
  expect(report.tools).toContain("echo")
  expect(report.prompts.length).toBeGreaterThan(0)
  const processes = events.filter(({ type }) => type !== "process.output")
  expect(processes.map(({ type }) => type)).toEqual(["process.started", "process.ended"])
})

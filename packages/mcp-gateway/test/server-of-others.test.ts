import { spawn } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { freePort } from "@doorward/test-support/free-port"
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { forwardTo } from "../src/index.ts"
import { forwarding, secret } from "./support/forwarding.ts"
import { connectSdk1, connectSdk2 } from "./support/mcp-clients.ts"

const port = await freePort()
const url = `http://127.0.0.1:${port}/mcp`
const program = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-everything/dist/index.js",
)
const server = spawn(process.execPath, [program, "streamableHttp"], {
  env: { PATH: process.env.PATH, PORT: String(port) },
  stdio: "ignore",
})
afterAll(async () => {
  const ended = once(server, "exit")
  server.kill("SIGKILL")
  await ended
})
const backend = forwardTo(url, { secret })
afterAll(() => backend.close())
beforeAll(() => vi.waitFor(() => backend.ping(), { timeout: 30_000 }))

test("the reference server is inspected", async () => {
  const report = await backend.inspect()
  expect(report).toMatchObject({
    protocolVersion: "2025-11-25",
    tools: expect.arrayContaining(["echo", "trigger-long-running-operation"]),
    prompts: expect.arrayContaining(["simple-prompt"]),
    resources: expect.arrayContaining([expect.stringMatching(/^demo:/)]),
    resourceTemplates: expect.arrayContaining([expect.stringMatching(/^demo:.*\{/)]),
  })
})

test("both official clients call its tools, with progress and a question to the person", async () => {
  const gateway = await forwarding(url)
  const newer = await connectSdk2(gateway.url, "auto")
  const echo = await newer.callTool({ name: "echo", arguments: { message: "hello" } })
  expect(echo.content).toEqual([{ type: "text", text: "Echo: hello" }])

  const { client } = await connectSdk1(gateway.url)
  const steps: number[] = []
  const operation = { name: "trigger-long-running-operation" }
  await client.callTool({ ...operation, arguments: { duration: 0.1, steps: 2 } }, undefined, {
    onprogress: ({ progress }) => steps.push(progress),
  })
  expect(steps).toEqual([1, 2])
  const asked = CallToolResultSchema.parse(
    await client.callTool({ name: "trigger-elicitation-request", arguments: {} }),
  )
  expect(JSON.stringify(asked.content)).toContain("Bern")
  expect(gateway.events).toEqual([])
})

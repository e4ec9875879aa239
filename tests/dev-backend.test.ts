import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { expect, onTestFinished, test } from "vitest"
import { freePort } from "../scripts/dev/ports.ts"
import { freePorts, runDev } from "./run-dev.ts"
import { repository } from "./temporary-folder.ts"

/** A server of others, which knows nothing of Doorward. */
const referenceServer = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-everything/dist/index.js",
)

test("a stdio server is put behind the sign-in, and its tools are listed and called", async () => {
  const args = ["--once", "--verbose", "--", process.execPath, referenceServer, "stdio"]
  const dev = await runDev(args)
  expect(await dev.exit).toBe(0)
  await dev.says("The flow passed")
  expect(dev.output()).toMatch(/tools: echo, /)
  await expect.poll(dev.processes).toBe(0)
}, 120_000)

test("a server at a URL is put behind the sign-in, and the closing text names it", async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/mcp`
  const server = spawn(process.execPath, [referenceServer, "streamableHttp"], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: "ignore",
  })
  onTestFinished(() => void server.kill("SIGKILL"))
  const isUp = () => fetch(url).then((response) => response.status)
  await expect.poll(isUp, { timeout: 30_000 }).toBeGreaterThan(0)

  const { env } = await freePorts()
  const dev = await runDev(["--verbose", "--upstream", url], { env })
  await dev.says("Ctrl-C ends it")
  expect(dev.output()).toContain("The flow passed")
  expect(dev.output()).toMatch(/tools: echo, /)
  expect(dev.output()).toContain(`│ MCP server         ${url}`)
}, 120_000)

test("a command that does not start fails the flow, and a line says how to see why", async () => {
  const dev = await runDev(["--once", "--", process.execPath, "no-such-file.js"])
  expect(await dev.exit).toBe(1)
  await dev.says("DOORWARD_LOG_LEVEL=info shows what the MCP server writes to standard error.")
  expect(dev.output()).toContain("The flow failed")
}, 120_000)

test("a backend of the configuration file cannot be combined with one on the command line", async () => {
  const files = { "doorward.yaml": "backends: { mcp: { url: http://127.0.0.1:9/mcp } }\n" }
  const dev = await runDev(["--once", "--upstream", "http://127.0.0.1:9/mcp"], { files })
  expect(await dev.exit).toBe(1)
  await dev.says("doorward.yaml:1: backends cannot be combined with a backend on the command line")
  expect(dev.output()).not.toContain("listens")
})

test("npx starts the reference server from the repository, although it is in its tree already", async () => {
  const args = ["--offline", "-y", "@modelcontextprotocol/server-everything"]
  const child = spawn("npx", args, { cwd: repository, stdio: ["pipe", "ignore", "pipe"] })
  onTestFinished(() => void child.stdin.end())
  let said = ""
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk
  })
  await expect.poll(() => said, { timeout: 30_000 }).toContain("Starting default (STDIO) server")
}, 60_000)

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freePort } from "@doorward/test-support/free-port"
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest"
import { temporaryFolder } from "./temporary-folder.ts"

const script = fileURLToPath(new URL("../scripts/dev.ts", import.meta.url))
const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env
const running: { child: ChildProcess; exit: Promise<unknown> }[] = []
/** The current folder of what runs: empty, but for what a test writes into it. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder({})
})
afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    // It ends the processes that it started.
    child.kill("SIGTERM")
    await exit
  }
  await folder[Symbol.asyncDispose]()
})

/** Runs the development stack, with nothing of this machine's configuration. */
function runDev(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder.path,
    env: { PATH, NODE_COMPILE_CACHE, ...env },
  })
  let output = ""
  const waiting: { text: string; found: () => void }[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk
      for (const { text, found } of waiting) if (output.includes(text)) found()
    })
  }
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve))
  running.push({ child, exit })
  return {
    child,
    exit,
    output: () => output,
    says: (text: string) =>
      Promise.race([
        new Promise<void>((found) => {
          if (output.includes(text)) found()
          else waiting.push({ text, found })
        }),
        exit.then(() => Promise.reject(new Error(`it ended without saying "${text}":\n${output}`))),
      ]),
  }
}

test("the whole flow runs once on free ports, and the exit code says that every step held", async () => {
  const dev = runDev(["--once"])
  expect(await dev.exit).toBe(0)
  expect(dev.output()).toMatch(/The flow holds for http:\/\/localhost:\d+\/mcp/)
}, 120_000)

test("the stack runs the flow, says where everything is, and Ctrl-C ends all of it", async () => {
  const [emulator, server, client] = [await freePort(), await freePort(), await freePort()]
  const dev = runDev([], {
    ENTRA_EMULATOR_PORT: String(emulator),
    MCP_SERVER_PORT: String(server),
    TEST_CLIENT_PORT: String(client),
    MCP_STORE_URL: "memory:",
  })
  await dev.says("Ctrl-C ends it")
  expect(dev.output()).toContain("The flow holds")
  expect(dev.output()).toContain(
    `claude mcp add --transport http doorward http://localhost:${server}/mcp`,
  )
  expect((await fetch(`http://localhost:${server}/`)).status).toBe(200)

  dev.child.kill("SIGINT")
  expect(await dev.exit).toBe(0)
  for (const port of [emulator, server]) {
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
  }
}, 120_000)

test.each(["ENTRA_EMULATOR_PORT", "MCP_SERVER_PORT", "TEST_CLIENT_PORT"])(
  "a busy port stops it with one line that names the port and %s",
  async (variable) => {
    const busy = createServer()
    onTestFinished(() => void busy.close())
    await once(busy.listen(0, "127.0.0.1"), "listening")
    const { port } = busy.address() as AddressInfo
    const free = await Promise.all([freePort(), freePort(), freePort()])
    const dev = runDev([], {
      ENTRA_EMULATOR_PORT: String(free[0]),
      MCP_SERVER_PORT: String(free[1]),
      TEST_CLIENT_PORT: String(free[2]),
      [variable]: String(port),
    })
    expect(await dev.exit).toBe(1)
    expect(dev.output().trim()).toBe(
      `Port ${port} is in use: stop what listens there, or set ${variable} to another port.`,
    )
  },
)

test("a .env file says the same as the environment", async () => {
  await writeFile(join(folder.path, ".env"), "AZURE_CLIENT_SECRET=a-secret\n")
  const dev = runDev([])
  expect(await dev.exit).toBe(1)
  expect(dev.output()).toContain("AZURE_TENANT_ID is missing")
  expect(dev.output()).not.toContain("AZURE_CLIENT_SECRET")
})

test("with some AZURE_* set the real Entra ID is meant, and what is missing is named", async () => {
  const dev = runDev([], { AZURE_TENANT_ID: "contoso.onmicrosoft.com" })
  expect(await dev.exit).toBe(1)
  expect(dev.output()).toContain("AZURE_CLIENT_ID must be")
  expect(dev.output()).toContain("AZURE_CLIENT_SECRET is missing")
})

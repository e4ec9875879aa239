import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { freePort } from "@doorward/test-support/free-port"
import { createAdaptorServer } from "@hono/node-server"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type ExampleServer, exampleServer } from "./support/example-server.ts"

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url))

interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command as a person does, in a process of its own. */
function command(...args: string[]): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined }
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

let server: ExampleServer
let url: string
const listeners: ReturnType<typeof createAdaptorServer>[] = []

async function listen(): Promise<string> {
  const listener = createAdaptorServer({ fetch: (request) => server.fetch(request) })
  listeners.push(listener)
  listener.listen(0, "127.0.0.1")
  await once(listener, "listening")
  const address = listener.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
}

beforeAll(async () => {
  const mcpOrigin = await listen()
  server = exampleServer({ mcpOrigin, authOrigin: await listen() })
  url = `${mcpOrigin}/mcp`
})

afterAll(() => {
  for (const listener of listeners) {
    if ("closeAllConnections" in listener) listener.closeAllConnections()
    listener.close()
  }
})

describe("doorward-test-client", () => {
  test("--headless shows every step and ends with 0", async () => {
    const { code, stdout, stderr } = await command(url, "--headless")
    expect(stderr).toBe("")
    expect(code).toBe(0)
    for (const title of ["Call without a token", "Sign-in", "Refresh", "Call with the new token"]) {
      expect(stdout).toContain(title)
    }
    expect(stdout).toContain("✓  13  Call with the new token")
    expect(stdout).toContain(`→ POST ${url}`)
    expect(stdout).toMatch(/The flow passed for .*: 13 steps, (\d+) of \1 requirements met/)
    expect(stdout).not.toMatch(/eyJ[\w-]{20}/)
  })

  test("--json prints one document", async () => {
    const { code, stdout } = await command(url, "--headless", "--json", "--era", "modern")
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ url, ok: true })
    expect(result.steps).toHaveLength(13)
    expect(code).toBe(0)
  })

  test("a flow that failed ends with 1", async () => {
    const { code, stdout } = await command(url, "--headless", "--tool", "fail")
    expect(code).toBe(1)
    expect(stdout).toContain("✗ MUST: a tool answers a signed-in client")
    expect(stdout).toContain("the disk is full")
  })

  test("options reach the flow", async () => {
    const before = server.authorizations.length
    const args = ["--client-id", "known", "--scope", "mcp.write", "--port", "7654"]
    const { stdout } = await command(url, "--headless", ...args)
    expect(server.authorizations[before]).toMatchObject({
      client_id: "known",
      scope: "mcp.write offline_access",
      redirect_uri: "http://127.0.0.1:7654/callback",
    })
    expect(stdout).toContain("client known, registered beforehand")
  })

  test("an unknown option ends with 2, and names the nearest one", async () => {
    const { code, stdout, stderr } = await command(url, "--headles")
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toBe(
      "--headles is not an option; did you mean --headless?\n--help lists the options.\n",
    )
  })

  test("--web ends at once when it is told to, although a sign-in was begun", async () => {
    const port = await freePort()
    const child = spawn(process.execPath, [MAIN, url, "--web", "--port", String(port)])
    const exit = once(child, "exit")
    onTestFinished(() => void child.kill("SIGKILL"))
    await once(child.stdout, "data")
    const page = `http://127.0.0.1:${port}`
    const form = { method: "POST", body: JSON.stringify({ url }), headers: { origin: page } }
    const started = await fetch(`${page}/runs`, form)
    expect(started.status).toBe(201)
    const { id } = (await started.json()) as { id: string }
    let isWaiting = false
    for await (const chunk of (await fetch(`${page}/runs/${id}`)).body ?? []) {
      isWaiting = Buffer.from(chunk).includes('"type":"sign-in"')
      if (isWaiting) break
    }
    expect(isWaiting).toBe(true)
    child.kill("SIGTERM")
    const late = new Promise((resolve) => setTimeout(resolve, 20_000, "it goes on").unref())
    expect(await Promise.race([exit, late])).toEqual([0, null])
  })

  test("--help ends with 0", async () => {
    const { code, stdout } = await command("--help")
    expect(code).toBe(0)
    expect(stdout).toContain("Usage: doorward-test-client <mcp-url>")
  })
})

import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type FlowResult, headlessSignIn, runFlow } from "@doorward/test-client"
import { freePort } from "@doorward/test-support/free-port"
import { describe, expect, onTestFinished, test } from "vitest"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { runCommandHere } from "../support/run-doorward.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const own = createRequire(import.meta.url)
const gateway = createRequire(own.resolve("@doorward/mcp-gateway"))
/** A server of others, which knows nothing of Doorward. */
const referenceServer = gateway.resolve("@modelcontextprotocol/server-everything/dist/index.js")

const signInAt = (url: string) =>
  runFlow({ url, signIn: headlessSignIn({ user: "alice@contoso.example" }) })
const toolsOf = ({ steps }: FlowResult) =>
  steps.find(({ id }) => id === "tools")?.notes.find((note) => note.startsWith("tools: "))

async function localPort() {
  const port = await freePort()
  return { MCP_SERVER_PORT: String(port), MCP_STORE_URL: "memory:" }
}

describe("--emulator", () => {
  test("with a command after --, people sign in without Entra ID, and it ends with the server", async () => {
    const environment = await localPort()
    const args = ["--emulator", "--", process.execPath, referenceServer, "stdio"]
    const doorward = await startDoorward(args, environment)
    const mcpUrl = `http://localhost:${environment.MCP_SERVER_PORT}/mcp`
    const output = await doorward.says("People sign in at")
    expect(output).toContain(`MCP clients connect to ${mcpUrl}\n`)
    const [, emulator = "", people] =
      /People sign in at (\S+), .* as (.*) or others/.exec(output) ?? []
    expect(people).toBe("alice@contoso.example, bob@contoso.example")

    const result = await signInAt(mcpUrl)
    expect(result.ok).toBe(true)
    expect(toolsOf(result)).toMatch(/^tools: echo, /)
    const isRunning = /"pid":(\d+)/.exec(doorward.output())?.[1]
    expect(Number(isRunning)).toBeGreaterThan(0)

    doorward.kill("SIGTERM")
    expect(await doorward.exit).toBe(0)
    await expect(fetch(emulator)).rejects.toThrow()
    expect(() => process.kill(Number(isRunning), 0)).toThrow("ESRCH")
  }, 60_000)

  test("with --upstream, and at another loopback address", async () => {
    const backend = await backendServer("hello")
    onTestFinished(backend.close)
    const port = await freePort()
    const environment = {
      MCP_SERVER_PORT: String(port),
      MCP_SERVER_HOST: "127.0.0.1",
      MCP_BASE_URL: `http://127.0.0.1:${port}/door/`,
      MCP_STORE_URL: "memory:",
    }
    const doorward = await startDoorward(["--emulator", "--upstream", backend.url], environment)
    await doorward.says("People sign in at")
    const result = await signInAt(`http://127.0.0.1:${port}/door/mcp`)
    expect(result.ok).toBe(true)
    expect(toolsOf(result)).toBe("tools: hello")
  }, 60_000)

  test("two of them at once take different ports", async () => {
    const first = await startDoorward(["--emulator"], await localPort())
    const second = await startDoorward(["--emulator"], await localPort())
    const at = /People sign in at (\S+),/
    const [, one] = at.exec(await first.says(at)) ?? []
    const [, other] = at.exec(await second.says(at)) ?? []
    expect(one).not.toBe(other)
  }, 60_000)

  test.each([
    [{ AZURE_TENANT_ID: "contoso.onmicrosoft.com" }, /AZURE_TENANT_ID/],
    [{ AZURE_CLIENT_SECRET: "a-secret" }, /AZURE_CLIENT_SECRET/],
    [{ AZURE_AUTHORITY_HOST: "http://localhost:1" }, /AZURE_AUTHORITY_HOST/],
    [{ AZURE_CLIENT_CERTIFICATE_PATH: "key.pem" }, /AZURE_CLIENT_CERTIFICATE_PATH/],
    [{ AZURE_MANAGED_IDENTITY: "system" }, /AZURE_MANAGED_IDENTITY/],
    [{ AZURE_FEDERATED_TOKEN_FILE: "token" }, /AZURE_FEDERATED_TOKEN_FILE/],
    [{ MCP_BASE_URL: "https://mcp.example.com" }, /MCP_BASE_URL is https:\/\/mcp\.example\.com/],
  ])("is refused beside %j", async (environment, problem) => {
    const { code, output, errors } = await runCommandHere(["--emulator"], environment)
    expect({ code, output }).toEqual({ code: 2, output: "" })
    expect(errors).toMatch(problem)
    expect(errors).not.toContain("a-secret")
  })

  test("is refused beside an app registration in the file, by its line", async () => {
    const file = "baseUrl: http://localhost:8000\nentra:\n  tenantId: common\n"
    const doorward = await startDoorward(["--emulator"], {}, { "doorward.yaml": file })
    expect(await doorward.exit).toBe(2)
    expect(await doorward.says("Usage")).toContain("doorward.yaml:3: entra.tenantId")
  })
})

describe("a backend on the command line", () => {
  const refused = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const emulator = await serveEmulator()
    onTestFinished(emulator.close)
    const folder = mkdtempSync(join(tmpdir(), "doorward-start-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return runCommandHere(args, { ...environmentFor(emulator.url, 0, folder), ...more })
  }

  test.each([
    [["--upstream", "http://127.0.0.1:9/mcp", "--", "node"], "--upstream and a command after --"],
    [["--"], "-- must be followed by a command"],
    [["--upstream"], "'--upstream <value>' argument missing"],
    [
      ["--upstrem", "http://127.0.0.1:9/mcp"],
      "--upstrem is not an option of this command; did you mean --upstream?",
    ],
    [["start", "http://127.0.0.1:9/mcp"], "Unexpected argument 'http://127.0.0.1:9/mcp'"],
  ])("%j is a mistake of the command line", async (args, problem) => {
    const { code, output, errors } = await refused(args)
    expect({ code, output }).toEqual({ code: 2, output: "" })
    expect(errors).toContain(problem)
    expect(errors).toContain("Usage: doorward start [--upstream <url>] [-- <command>]")
  })

  test("a wrong value is told by the argument", async () => {
    for (const url of ["nonsense", "ftp://127.0.0.1/mcp"]) {
      const { code, errors } = await refused(["--upstream", url])
      expect(code).toBe(1)
      expect(errors).toMatch(/^--upstream must /)
    }
  })

  test("it cannot be combined with one in the environment or in the file", async () => {
    const inEnvironment = await refused(["--upstream", "http://127.0.0.1:9/mcp"], {
      DOORWARD_UPSTREAM_URL: "http://127.0.0.1:8/mcp",
    })
    expect(inEnvironment).toMatchObject({ code: 1, output: "" })
    expect(inEnvironment.errors).toMatch(/^DOORWARD_UPSTREAM_URL cannot be combined with .*\n$/)

    const emulator = await serveEmulator()
    onTestFinished(emulator.close)
    const doorward = await startDoorward(
      ["--config", "other.yaml", "--", "node"],
      environmentFor(emulator.url, 0, "unused"),
      { "other.yaml": "backends:\n  mcp: { url: http://127.0.0.1:8/mcp }\n" },
    )
    expect(await doorward.exit).toBe(1)
    expect(doorward.output()).toMatch(/^other\.yaml:1: backends cannot be combined with .*\n$/)
  })
})

describe("--config", () => {
  test("names the file for start, which serves what it says", async () => {
    const emulator = await serveEmulator()
    onTestFinished(emulator.close)
    const backend = await backendServer("hello")
    onTestFinished(backend.close)
    const port = await freePort()
    const file = `listen: { port: ${port} }\nstore: "memory:"\nbackends:\n  files: { url: "${backend.url}" }\n`
    const { MCP_SERVER_PORT: _, ...settings } = environmentFor(emulator.url, port, "unused")
    const doorward = await startDoorward(["start", "--config", "my.yaml"], settings, {
      "my.yaml": file,
    })
    await doorward.says(`MCP clients connect to http://localhost:${port}/files/mcp`)
    const result = await signInAt(`http://localhost:${port}/files/mcp`)
    expect(result.ok).toBe(true)
  }, 60_000)

  test.each([
    ["doctor"],
    ["keys", "rotate", "--now"],
    ["grants", "list", "--user", "x"],
    ["grants", "end", "--user", "x"],
    ["clients", "list"],
    ["clients", "show", "x"],
    ["clients", "end", "x"],
    ["store", "reseal"],
    ["store", "copy", "sqlite:./other.db"],
    ["start"],
  ])("is an option of every command: %s", async (...args) => {
    const path = join("no", "such.yaml")
    const { code, output, errors } = await runCommandHere([...args, "--config", path], {})
    expect(code).toBe(1)
    expect(output + errors).toContain(`${path} cannot be read`)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { headlessBrowser } from "@doorward/headless-browser"
import { freePort } from "@doorward/test-support/free-port"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { expect, onTestFinished, test } from "vitest"
import { lineMatching } from "../support/line-matching.ts"
import { throughEntra } from "../support/person.ts"
import { referenceServer, stdioCommand } from "../support/reference-server.ts"
import { startStack } from "../support/stack.ts"

test.each([
  ["the example tools", async () => ({}), { name: "whoami" }, "alice@contoso.example"],
  [
    "a stdio server behind the gateway",
    async () => ({ backend: { command: stdioCommand } }),
    { name: "echo", arguments: { message: "hello" } },
    "Echo: hello",
  ],
  [
    "an HTTP server behind the gateway",
    async () => {
      const server = await referenceServer()
      onTestFinished(() => server.close())
      return { backend: { url: server.url } }
    },
    { name: "echo", arguments: { message: "hello" } },
    "Echo: hello",
  ],
])(
  "mcp-remote signs in to %s for a client that only starts programs",
  async (_, source, tool, expected) => {
    await using stack = await startStack({}, await source())
    const folder = mkdtempSync(join(tmpdir(), "doorward-mcp-remote-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const program = createRequire(import.meta.url).resolve("mcp-remote/dist/proxy.js")
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, stack.mcpUrl, String(await freePort()), "--allow-http"],
      env: { PATH: process.env.PATH ?? "", BROWSER: "true", MCP_REMOTE_CONFIG_DIR: folder },
      stderr: "pipe",
    })
    const client = new Client({ name: "stdio client", version: "1.0.0" })
    const connected = client.connect(transport)
    onTestFinished(() => client.close())

    const authorizationUrl = await lineMatching(
      transport.stderr as Readable,
      /^https?:\/\/\S+\/authorize\?\S+$/,
    )
    const browser = headlessBrowser()
    const consent = await browser.open(authorizationUrl)
    const done = await throughEntra(await consent.submit("approve"), "alice@contoso.example")
    expect(done.status).toBe(200)

    await connected
    expect(JSON.stringify((await client.callTool(tool)).content)).toContain(expected)
  },
)

test("mcp-remote --device-code signs in with a browser elsewhere", async () => {
  const configuration = mkdtempSync(join(tmpdir(), "doorward-devices-"))
  onTestFinished(() => rmSync(configuration, { recursive: true, force: true }))
  const file = join(configuration, "doorward.yaml")
  writeFileSync(file, "deviceAuthorization: true\n")
  await using stack = await startStack({}, { file })
  const program = createRequire(import.meta.url).resolve("mcp-remote/dist/proxy.js")
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, stack.mcpUrl, "--allow-http", "--device-code"],
    env: { PATH: process.env.PATH ?? "", BROWSER: "false", MCP_REMOTE_CONFIG_DIR: configuration },
    stderr: "pipe",
  })
  const client = new Client({ name: "stdio client", version: "1.0.0" })
  const connected = client.connect(transport)
  onTestFinished(() => client.close())

  const page = await lineMatching(
    transport.stderr as Readable,
    /https?:\/\/\S+\/device\?user_code=\S+/,
  )
  const form = await headlessBrowser().open(page.trim().split(" ").at(-1) ?? "")
  const consent = await form.submit("Continue")
  const done = await throughEntra(await consent.submit("approve"), "alice@contoso.example")
  expect([done.status, done.text]).toEqual([200, expect.stringContaining("go back to your device")])

  await connected
  const { content } = await client.callTool({ name: "whoami" })
  expect(JSON.stringify(content)).toContain("alice@contoso.example")
})

import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { headlessBrowser } from "@doorward/headless-browser"
import { freePort } from "@doorward/test-support/free-port"
import { expect, onTestFinished, test } from "vitest"
import { lineMatching } from "../support/line-matching.ts"
import { throughEntra } from "../support/person.ts"
import { referenceServer, stdioCommand } from "../support/reference-server.ts"
import { startStack } from "../support/stack.ts"

const inspector = join(
  dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/inspector/package.json")),
  "clients/launcher/build/index.js",
)

test.each(["a stdio server", "an HTTP server"])(
  "the Inspector's command line signs in and calls a tool of %s",
  async (kind) => {
    const server = kind === "an HTTP server" ? await referenceServer() : undefined
    if (server) onTestFinished(() => server.close())
    const backend = server ? { url: server.url } : { command: stdioCommand }
    await using stack = await startStack({}, { backend })
    const home = mkdtempSync(join(tmpdir(), "doorward-inspector-"))
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
    const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`
    const call = ["--method", "tools/call", "--tool-name", "echo", "--tool-arg", "message=hello"]
    const child = spawn(
      process.execPath,
      [inspector, "--cli", stack.mcpUrl, ...call, "--callback-url", callback, "--format", "json"],
      {
        env: {
          PATH: process.env.PATH,
          HOME: home,
          BROWSER: "true",
          MCP_AUTO_OPEN_ENABLED: "true",
          MCP_INSPECTOR_SECRET_STORE: "memory",
        },
      },
    )
    onTestFinished(() => void child.kill())
    const output = text(child.stdout)
    const line = await lineMatching(child.stderr, /^Please navigate to: /)
    const consent = await headlessBrowser().open(line.replace("Please navigate to: ", ""))
    await throughEntra(await consent.submit("approve"), "alice@contoso.example")
    expect(await output).toContain("Echo: hello")
  },
)

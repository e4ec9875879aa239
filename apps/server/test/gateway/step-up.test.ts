import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { headlessBrowser } from "@doorward/headless-browser"
import { freePort } from "@doorward/test-support/free-port"
import * as sdk2 from "@modelcontextprotocol/client"
import * as sdk1 from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { decodeJwt } from "jose"
import { expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { lineMatching } from "../support/line-matching.ts"
import { memoryOAuthClient, redirectUri } from "../support/memory-oauth-client.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

const alice = "alice@contoso.example"
const inspector = join(
  dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/inspector/package.json")),
  "clients/launcher/build/index.js",
)

/** Doorward where clients ask for little at first, and a tool needs more. */
async function started() {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const backend = await backendServer("read", "write", "test://written")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const challengeScopes = ["access_as_user"]
  const rule = { scopes: ["tools.write"] }
  const policy = { tools: { write: rule }, resources: { "test://written": rule } }
  const file = { backends: { mcp: { url: backend.url, policy, challengeScopes } } }
  const environment = {
    ...environmentFor(emulator.url, port, "."),
    MCP_REQUIRED_SCOPES: "access_as_user tools.write",
    DOORWARD_LOG_LEVEL: "info",
  }
  const doorward = await startDoorward([], environment, { "doorward.yaml": stringify(file) })
  await doorward.says(`localhost:${port}`)
  return { url: new URL(`http://localhost:${port}/mcp`) }
}

/** A person whose browser keeps their sessions, and what the pages asked them for. */
function personAtBrowser() {
  const browser = headlessBrowser({ stopAt: [redirectUri] })
  const asked: { here: string[]; atEntra: boolean }[] = []
  return {
    asked,
    async approve(authorizationUrl: URL | string) {
      const consent = await browser.open(authorizationUrl)
      const here = ["access_as_user", "tools.write"].filter((scope) =>
        consent.text.includes(`>${scope}<`),
      )
      const page = await consent.submit("approve")
      const next = page.stopped ? page : await signIn(page)
      asked.push({ here, atEntra: !next.stopped })
      return (next.stopped ? next : await next.submit({ name: "decision", value: "accept" })).url
    },
  }
  async function signIn(page: Awaited<ReturnType<typeof browser.open>>) {
    return page.text.includes('name="username"')
      ? page.submit({ name: "username", value: alice })
      : page
  }
}

type Provider = ReturnType<typeof memoryOAuthClient>

/** How each SDK connects, and finishes a sign-in. */
const lines = {
  "SDK 1.x": (url: URL, authProvider: Provider) => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider })
    const client = new sdk1.Client({ name: "sdk1", version: "1.0.0" })
    const finish = (back: URL) => transport.finishAuth(back.searchParams.get("code") ?? "")
    return { client, finish, connect: () => client.connect(transport as never) }
  },
  "SDK 2.x": (url: URL, authProvider: Provider) => {
    const transport = new sdk2.StreamableHTTPClientTransport(url, { authProvider })
    const client = new sdk2.Client(
      { name: "sdk2", version: "1.0.0" },
      { versionNegotiation: { mode: "auto" } },
    )
    const finish = (back: URL) => transport.finishAuth(back.searchParams)
    return { client, finish, connect: () => client.connect(transport) }
  },
} as const

/** The scopes of a client's access token. */
const scopesOf = (provider: Provider) =>
  decodeJwt((provider.tokens() as unknown as { access_token: string }).access_token).scope

test.each(Object.keys(lines) as (keyof typeof lines)[])(
  "%s signs in for little, and again for more when a tool needs it",
  async (line) => {
    const { url } = await started()
    const person = personAtBrowser()
    const provider = memoryOAuthClient()
    const first = lines[line](url, provider)
    await first.connect().catch(() => undefined)
    await first.finish(await person.approve(provider.authorizationUrl ?? ""))
    expect(scopesOf(provider)).toBe("access_as_user")

    const second = lines[line](url, provider)
    onTestFinished(() => second.client.close())
    await second.connect()
    expect((await second.client.listTools()).tools.map(({ name }) => name)).toEqual(["read"])
    await second.client.callTool({ name: "read" })
    provider.authorizationUrl = undefined
    await expect(second.client.callTool({ name: "write" })).rejects.toThrow()
    const asking = new URL(String(provider.authorizationUrl))
    expect(asking.searchParams.get("scope")).toBe("access_as_user tools.write")

    await second.finish(await person.approve(asking))
    expect(scopesOf(provider)).toBe("access_as_user tools.write")
    const { content } = await second.client.callTool({ name: "write" })
    expect(content).toEqual([{ type: "text", text: "write was called" }])
    // Doorward shows all that the client will have; Entra asks only for what is new.
    expect(person.asked).toEqual([
      { here: ["access_as_user"], atEntra: true },
      { here: ["access_as_user", "tools.write"], atEntra: true },
    ])
    expect((await second.client.listTools()).tools.map(({ name }) => name)).toEqual([
      "read",
      "write",
    ])
  },
)

test("the Inspector's command line signs in twice, and reads the resource", async () => {
  const { url } = await started()
  const home = mkdtempSync(join(tmpdir(), "doorward-inspector-"))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const config = join(home, "servers.json")
  // Left to itself, it asks for all that the metadata lists, whatever the challenge says. A tool it looks
  // up in the list first, where there is none that it may not call.
  const server = { type: "streamable-http", url: url.href, oauth: { scopes: "access_as_user" } }
  writeFileSync(config, JSON.stringify({ mcpServers: { doorward: server } }))
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`
  const read = ["--method", "resources/read", "--uri", "test://written"]
  const child = spawn(
    process.execPath,
    [
      inspector,
      "--cli",
      ...["--config", config, "--server", "doorward"],
      ...read,
      ...["--callback-url", callback, "--format", "json"],
    ],
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
  const person = personAtBrowser()
  const approveNext = async () => {
    const line = await lineMatching(child.stderr, /^Please navigate to: /)
    await person.approve(line.replace("Please navigate to: ", ""))
  }
  await approveNext()
  await lineMatching(child.stderr, /^Proceed with step-up authorization/)
  child.stdin.write("y\n")
  await approveNext()
  expect(await output).toContain("test://written was read")
  expect(person.asked).toEqual([
    { here: ["access_as_user"], atEntra: true },
    { here: ["access_as_user", "tools.write"], atEntra: true },
  ])
})

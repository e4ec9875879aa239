import { freePort } from "@doorward/test-support/free-port"
import * as sdk2 from "@modelcontextprotocol/client"
import * as sdk1 from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { describe, expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { memoryOAuthClient, redirectUri } from "../support/memory-oauth-client.ts"
import { signInAs } from "../support/person.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { environmentFor } from "../support/stack.ts"

/** Doorward that lets anybody see which tools there are. */
async function started() {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const backend = await backendServer("read", "admin")
  onTestFinished(() => backend.close())
  const port = await freePort()
  const mcp = {
    url: backend.url,
    identity: true,
    headers: { "x-api-key": "of the backend" },
    open: ["initialize", "server/discover", "tools/list"],
    policy: { tools: { admin: { roles: ["Tools.Admin"] } } },
  }
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const file = stringify({ backends: { mcp } })
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says(`localhost:${port}`)
  return { url: new URL(`http://localhost:${port}/mcp`), backend }
}

const lines = {
  "SDK 1.x": (url: URL, authProvider: ReturnType<typeof memoryOAuthClient>) => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider })
    const client = new sdk1.Client({ name: "sdk1", version: "1.0.0" })
    const finish = (back: URL) => transport.finishAuth(back.searchParams.get("code") ?? "")
    return { client, finish, connect: () => client.connect(transport as never) }
  },
  "SDK 2.x, old era": (url: URL, authProvider: ReturnType<typeof memoryOAuthClient>) => {
    const transport = new sdk2.StreamableHTTPClientTransport(url, { authProvider })
    const client = new sdk2.Client({ name: "sdk2", version: "1.0.0" })
    const finish = (back: URL) => transport.finishAuth(back.searchParams)
    return { client, finish, connect: () => client.connect(transport) }
  },
  "SDK 2.x, new era": (url: URL, authProvider: ReturnType<typeof memoryOAuthClient>) => {
    const transport = new sdk2.StreamableHTTPClientTransport(url, { authProvider })
    const client = new sdk2.Client(
      { name: "sdk2", version: "1.0.0" },
      { versionNegotiation: { mode: "auto" } },
    )
    const finish = (back: URL) => transport.finishAuth(back.searchParams)
    return { client, finish, connect: () => client.connect(transport) }
  },
}

describe.each(Object.keys(lines) as (keyof typeof lines)[])("%s", (line) => {
  test("connects and lists without a token, and signs in for the first call", async () => {
    const { url, backend } = await started()
    const provider = memoryOAuthClient()
    const { client, finish, connect } = lines[line](url, provider)
    onTestFinished(() => client.close())
    await connect()
    const names = async () => (await client.listTools()).tools.map(({ name }) => name)
    expect(await names()).toEqual(["read"])
    // The backend learns of nobody, but still that it is the gateway that asks.
    for (const headers of backend.received) {
      expect(headers.get("x-doorward-subject")).toBeNull()
      expect(headers.get("x-doorward-assertion")).toBeNull()
      expect(headers.get("x-api-key")).toBe("of the backend")
    }
    expect(provider.authorizationUrl).toBeUndefined()
    await expect(client.callTool({ name: "read" })).rejects.toThrow()
    await finish(
      await signInAs("alice@contoso.example", provider.authorizationUrl ?? "", redirectUri),
    )
    const { content } = await client.callTool({ name: "read" })
    expect(content).toEqual([{ type: "text", text: "read was called" }])
    expect(backend.received.at(-1)?.get("x-doorward-email")).toBe("alice@contoso.example")
    expect(await names()).toEqual(["read", "admin"])
  })
})

test.each([
  ["a command", { command: ["node", "server.js"] }],
  ["HTTP+SSE", { url: "http://127.0.0.1:9/sse", transport: "sse" }],
])("a backend over %s cannot be open, because it keeps sessions", async (_, backend) => {
  const environment = environmentFor("http://127.0.0.1:9", await freePort(), ".")
  const file = stringify({ backends: { mcp: { ...backend, open: ["tools/list"] } } })
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says("backends.mcp.open")
  await doorward.says("only for a server over Streamable HTTP")
})

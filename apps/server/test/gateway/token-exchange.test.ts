import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { newClientSecret } from "@doorward/oauth-core"
import { freePort } from "@doorward/test-support/free-port"
import { serve } from "@hono/node-server"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
import { expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { backendServer } from "../support/backend-server.ts"
import { serveEmulator } from "../support/emulator.ts"
import { startDoorward } from "../support/running-doorward.ts"
import { signedInSdk2 } from "../support/signed-in-client.ts"
import { environmentFor } from "../support/stack.ts"

const { secret, hash } = await newClientSecret()
const bob = "bob@contoso.example"

/** A backend whose tool calls a second protected server for whoever called it. */
async function callingBackend(doorward: string) {
  async function callOn(assertion: string) {
    const response = await fetch(`${doorward}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: assertion,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        resource: `${doorward}/second/mcp`,
        client_id: "first-backend",
        client_secret: secret,
      }),
    })
    const { access_token } = (await response.json()) as { access_token: string }
    const client = new Client({ name: "first backend", version: "1.0.0" })
    const headers = { authorization: `Bearer ${access_token}` }
    const url = new URL(`${doorward}/second/mcp`)
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
    const result = await client.callTool({ name: "list_issues" })
    await client.close()
    return result
  }
  const handler = createMcpHandler(() => {
    const mcp = new McpServer({ name: "first", version: "1.0.0" })
    mcp.registerTool("call_on", {}, async ({ http }) =>
      callOn(http?.req?.headers.get("x-doorward-assertion") ?? ""),
    )
    return mcp
  })
  const server = serve({
    fetch: (request) => handler.fetch(request),
    hostname: "127.0.0.1",
    port: 0,
  })
  if (!server.listening) await once(server, "listening")
  onTestFinished(() => {
    if ("closeAllConnections" in server) server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

test("a backend exchanges the assertion that it gets, and calls a second server for the same person", async () => {
  const emulator = await serveEmulator()
  onTestFinished(() => emulator.close())
  const second = await backendServer("list_issues", "delete_issue")
  onTestFinished(() => second.close())
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const first = await callingBackend(origin)
  const file = stringify({
    clients: [
      {
        clientId: "first-backend",
        clientSecretHash: hash,
        tokenExchange: { audiences: [first], resources: [`${origin}/second/mcp`] },
      },
    ],
    backends: {
      first: { url: first, identity: { assertion: true } },
      second: {
        url: second.url,
        identity: true,
        policy: { tools: { list_issues: { clients: ["first-backend"], callers: ["person"] } } },
      },
    },
  })
  const environment = { ...environmentFor(emulator.url, port, "."), DOORWARD_LOG_LEVEL: "info" }
  const doorward = await startDoorward([], environment, { "doorward.yaml": file })
  await doorward.says(`localhost:${port}`)

  const client = await signedInSdk2(`${origin}/first/mcp`, bob)
  onTestFinished(() => client.close())
  const { content } = await client.callTool({ name: "call_on" })
  expect(content).toEqual([{ type: "text", text: "list_issues was called" }])
  const received = second.received.at(-1)
  expect(received?.get("x-doorward-email")).toBe(bob)
  expect(received?.get("x-doorward-client")).toBe("first-backend")
  // The person's own client may not do there what the backend may.
  const own = await signedInSdk2(`${origin}/second/mcp`, bob)
  onTestFinished(() => own.close())
  await expect(own.callTool({ name: "list_issues" })).rejects.toThrow()
})

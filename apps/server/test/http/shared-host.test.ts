import { headlessSignIn, runFlow } from "@doorward/test-client"
import { freePort } from "@doorward/test-support/free-port"
import * as sdk2 from "@modelcontextprotocol/client"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Ingress, startIngress } from "../support/ingress.ts"
import { memoryOAuthClient, redirectUri } from "../support/memory-oauth-client.ts"
import { signInAs } from "../support/person.ts"
import { type Stack, startStack } from "../support/stack.ts"

const alice = "alice@contoso.example"

describe.each([
  ["passes the path on", false],
  ["strips the path", true],
])("behind an ingress that hands over one path only and %s", (_, strips) => {
  let ingress: Ingress
  let stack: Stack
  let base: string
  beforeAll(async () => {
    ingress = await startIngress("/vault", strips)
    base = `${ingress.url}/vault`
    const port = await freePort()
    stack = await startStack({ MCP_BASE_URL: base, MCP_SERVER_PORT: String(port) })
    ingress.handOverTo(port)
  })
  afterAll(async () => {
    await stack.close()
    await ingress.close()
  })

  test("the whole sign-in goes through", async () => {
    const signIn = headlessSignIn({ user: alice })
    const result = await runFlow({ url: `${base}/mcp`, signIn })
    expect(result.ok).toBe(true)
  })

  test.each([
    [
      "1.x",
      () => ({
        client: new Client({ name: "sdk1", version: "1.0.0" }),
        Transport: StreamableHTTPClientTransport,
      }),
    ],
    [
      "2.x",
      () => ({
        client: new sdk2.Client({ name: "sdk2", version: "1.0.0" }),
        Transport: sdk2.StreamableHTTPClientTransport,
      }),
    ],
  ])("a client of the %s SDK finds its way", async (_, make) => {
    const authProvider = memoryOAuthClient()
    const open = () => {
      const { client, Transport } = make()
      const transport = new Transport(new URL(`${base}/mcp`), { authProvider } as never)
      return { client, transport, connected: client.connect(transport as never) }
    }
    const first = open()
    await expect(first.connected).rejects.toThrow(/unauthorized/i)
    const back = await signInAs(alice, authProvider.authorizationUrl ?? "", redirectUri)
    await first.transport.finishAuth(
      back.searchParams.get("code") ?? "",
      back.searchParams.get("iss") ?? "",
    )
    const second = open()
    await second.connected
    const answer = await second.client.callTool({ name: "whoami" })
    expect(JSON.stringify(answer.content)).toContain(alice)
    await second.client.close()
  })

  test.each([
    "/healthz",
    "/readyz",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
  ])("%s answers below the path", async (path) => {
    expect((await fetch(base + path)).status).toBe(200)
  })
})

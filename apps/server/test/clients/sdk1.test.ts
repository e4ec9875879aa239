import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { afterAll, beforeAll, expect, test } from "vitest"
import { memoryOAuthClient, redirectUri } from "../support/memory-oauth-client.ts"
import { signInAs } from "../support/person.ts"
import { type Stack, startStack } from "../support/stack.ts"

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

test("the 1.x SDK's client registers, signs in and calls both tools", async () => {
  const authProvider = memoryOAuthClient()
  const connect = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(stack.mcpUrl), { authProvider })
    const client = new Client({ name: "sdk1", version: "1.0.0" })
    return { transport, client, connected: client.connect(transport as never) }
  }

  const first = await connect()
  await expect(first.connected).rejects.toBeInstanceOf(UnauthorizedError)
  const back = await signInAs(
    "alice@contoso.example",
    authProvider.authorizationUrl ?? "",
    redirectUri,
  )
  expect(back.searchParams.get("state")).toBe("application-state")
  await first.transport.finishAuth(back.searchParams.get("code") ?? "")

  const second = await connect()
  await second.connected
  const whoami = await second.client.callTool({ name: "whoami" })
  expect(JSON.stringify(whoami.content)).toContain("alice@contoso.example")
  expect(JSON.stringify(whoami.content)).toContain("SDK client")
  const profile = await second.client.callTool({ name: "graph_me" })
  expect(profile.isError ?? false).toBe(false)
  expect(JSON.stringify(profile.content)).toContain("alice@contoso.example")
  await second.client.close()
})

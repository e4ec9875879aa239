import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client"
import { afterAll, beforeAll, expect, test } from "vitest"
import { memoryOAuthClient, redirectUri } from "../support/memory-oauth-client.ts"
import { signInAs } from "../support/person.ts"
import { type Stack, startStack } from "../support/stack.ts"

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

test.each([
  ["2025-11-25", undefined],
  ["2026-07-28", { mode: "auto" as const }],
])(
  "the 2.x SDK's client signs in and calls both tools, speaking %s",
  async (version, negotiation) => {
    const authProvider = memoryOAuthClient()
    const connect = () => {
      const transport = new StreamableHTTPClientTransport(new URL(stack.mcpUrl), { authProvider })
      const client = new Client(
        { name: "sdk2", version: "1.0.0" },
        negotiation ? { versionNegotiation: negotiation } : {},
      )
      return { transport, client, connected: client.connect(transport) }
    }

    const first = connect()
    await expect(first.connected).rejects.toBeInstanceOf(UnauthorizedError)
    const back = await signInAs(
      "bob@contoso.example",
      authProvider.authorizationUrl ?? "",
      redirectUri,
    )
    await first.transport.finishAuth(back.searchParams)

    const second = connect()
    await second.connected
    expect(second.client.getNegotiatedProtocolVersion()).toBe(version)
    const whoami = await second.client.callTool({ name: "whoami" })
    expect(JSON.stringify(whoami.content)).toContain("bob@contoso.example")
    const profile = await second.client.callTool({ name: "graph_me" })
    expect(JSON.stringify(profile.content)).toContain("bob@contoso.example")
    await second.client.close()
  },
)

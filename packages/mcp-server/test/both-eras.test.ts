import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { describe, expect, test } from "vitest"
import { protectMcp, type ServeMcp } from "../src/index.ts"
import { sdk1Sessions, sdk1Stateless } from "../src/sdk1.ts"
import { bearer, challengeOf, endpoint, ping } from "./support/endpoint.ts"
import { proxyOf } from "./support/issuer.ts"
import { connectSdk1, connectSdk2 } from "./support/sdk-clients.ts"
import { sdk1Server, sdk2Server } from "./support/sdk-servers.ts"

function appWith(serve: ServeMcp): Hono {
  const app = new Hono()
  protectMcp(app, { path: "/mcp", proxy: proxyOf(), serve })
  return app
}

/** Sessions for clients of the older era, the 2.x server for those of the newer one. */
function sessionsAndModern(): ServeMcp {
  const legacy = sdk1Sessions(sdk1Server)
  const modern = createMcpHandler(sdk2Server, { legacy: "reject" })
  return async (request, options) =>
    (await isLegacyRequest(request, options.parsedBody))
      ? legacy(request, options)
      : modern.fetch(request, options)
}

const servers: [string, () => ServeMcp][] = [
  ["createMcpHandler of 2.x", () => createMcpHandler(sdk2Server).fetch],
  ["sdk1Sessions", () => sdk1Sessions(sdk1Server)],
  ["sdk1Stateless", () => sdk1Stateless(sdk1Server)],
  ["sdk1Sessions beside a 2.x handler", sessionsAndModern],
]

describe.each(servers)("served by %s", (_, serve) => {
  const whoami = { name: "whoami", arguments: {} }
  const alice = [{ type: "text", text: "Alice" }]

  test("the 1.x client lists and calls tools", async () => {
    const { client } = await connectSdk1(appWith(serve()))
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("whoami")
    expect((await client.callTool(whoami)).content).toEqual(alice)
    await client.close()
  })

  test.each(["legacy", "auto"] as const)("the 2.x client (%s) too", async (mode) => {
    const client = await connectSdk2(appWith(serve()), mode)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("whoami")
    expect((await client.callTool(whoami)).content).toEqual(alice)
    await client.close()
  })
})

test("the 2.x client in auto mode speaks 2026-07-28 with a 2.x server", async () => {
  const client = await connectSdk2(appWith(createMcpHandler(sdk2Server).fetch), "auto")
  expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28")
  await client.close()
})

test("a scope challenge of the 2.x SDK names this resource's metadata", async () => {
  const { send } = endpoint({ serve: createMcpHandler(sdk2Server).fetch })
  const json = { ...ping, method: "tools/call", params: { name: "write", arguments: {} } }
  const accept = "application/json, text/event-stream"
  const response = await send({ json, headers: { ...(await bearer()), accept } })
  expect(response.status).toBe(403)
  expect(challengeOf(response)).toMatchObject({
    error: "insufficient_scope",
    scope: "mcp.write",
    resource_metadata: "https://mcp.example/.well-known/oauth-protected-resource/mcp",
  })
})

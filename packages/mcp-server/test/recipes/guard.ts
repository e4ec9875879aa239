import { mcpGuard } from "@doorward/mcp-server"
import { createMcpHandler } from "@modelcontextprotocol/server"
import { Hono } from "hono"
import { ISSUER, proxyOf } from "../support/issuer.ts"
import { sdk2Server } from "../support/sdk-servers.ts"

/** A proxy, as far as the recipes see one: what issues the tokens, and an app for everything else. */
export const proxy = {
  ...proxyOf(),
  app: new Hono()
    .get("/.well-known/oauth-authorization-server", (c) => c.json({ issuer: ISSUER }))
    .post("/register", async (c) => c.json(await c.req.json(), 201)),
}

export const guard = mcpGuard({
  proxy,
  policy: { tools: { write: { scopes: ["mcp.write"] } } },
  maxBodyBytes: 10_000,
  serve: createMcpHandler(sdk2Server).fetch,
})

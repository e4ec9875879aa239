// A gateway that ends without closing its backend. It tells the id of the process that it started.
import { fileURLToPath } from "node:url"
import { spawnServers } from "../../../src/index.ts"

const server = fileURLToPath(new URL("./scripted.mjs", import.meta.url))
const backend = spawnServers([process.execPath, server, "ignore-sigterm"], {
  onEvent(event) {
    if (event.type === "process.started") process.stdout.write(`${event.pid}\n`)
  },
})
const known = { clientId: "c", scopes: [], expiresAt: 0 }
const verified = { ...known, issuer: "https://auth.example", subject: "alice", claims: {} }
await backend(
  new Request("https://mcp.example/mcp", {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
    },
  }),
  {
    authInfo: {
      ...known,
      token: "",
      resource: new URL("https://mcp.example/mcp"),
      resourceMetadataUrl: "",
      extra: { verified },
    },
    parsedBody: {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "t", version: "1" },
      },
    },
  },
)
process.exit(0)

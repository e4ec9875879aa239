import { freePort } from "@doorward/test-support/free-port"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Stack, startStack } from "../support/stack.ts"

const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })
const headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
}

describe.each([
  ["at the root of a host", ""],
  ["below a path of a host", "/vault"],
])("the addresses that clients, probes and people use, %s", (_, path) => {
  let stack: Stack
  let base: string
  beforeAll(async () => {
    const port = await freePort()
    base = `http://localhost:${port}${path}`
    stack = await startStack({ MCP_BASE_URL: base, MCP_SERVER_PORT: String(port) })
  })
  afterAll(() => stack.close())

  test.each(["/mcp", "/mcp/", "/", ""])(
    "%s answers with the challenge of the resource",
    async (end) => {
      const response = await fetch(base + end, { method: "POST", headers, body: ping })
      expect(response.status).toBe(401)
      const challenge = response.headers.get("www-authenticate") ?? ""
      const [, url = ""] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
      expect(await (await fetch(url)).json()).toMatchObject({ resource: `${base}/mcp` })
    },
  )

  test.each(["/healthz", "/readyz"])("%s answers probes", async (end) => {
    expect((await fetch(base + end)).status).toBe(200)
    expect((await fetch(new URL(end, base))).status).toBe(200)
  })

  test.each(["/", ""])("%s shows a browser how to add the server", async (end) => {
    const response = await fetch(base + end)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(`${base}/mcp`)
  })
})

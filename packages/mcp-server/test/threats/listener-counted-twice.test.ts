import { afterEach, expect, test, vi } from "vitest"
import { sdk1Sessions } from "../../src/sdk1.ts"
import { bearer, endpoint, ping } from "../support/endpoint.ts"
import { sdk1Server } from "../support/sdk-servers.ts"

afterEach(() => {
  vi.useRealTimers()
})

const accept = "application/json, text/event-stream"
const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
}

test("a session whose listener left and came back is in use", async () => {
  vi.useFakeTimers({ toFake: ["Date"] })
  const { send } = endpoint({ serve: sdk1Sessions(() => sdk1Server(), { idleMinutes: 10 }) })
  const own = { ...(await bearer()), accept }
  const opened = await send({ json: initialize, headers: own })
  await opened.text()
  const headers = { ...own, "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" }

  for (let visit = 0; visit < 3; visit++) {
    const listening = await send({ method: "GET", headers })
    const reader = listening.body?.getReader()
    const waiting = reader?.read()
    await reader?.cancel()
    await waiting
  }
  const listening = await send({ method: "GET", headers })
  expect(listening.status).toBe(200)
  vi.advanceTimersByTime(20 * 60_000)
  expect((await send({ json: ping, headers })).status).toBe(200)
  await listening.body?.cancel()
})

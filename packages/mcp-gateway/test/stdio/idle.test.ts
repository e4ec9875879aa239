import type { AuthInfo } from "@doorward/mcp-server"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { type BackendEvent, spawnServers } from "../../src/index.ts"
import { toolCall } from "../support/guarded-backend.ts"
import { initialize, isRunning, scripted, startedIn } from "../support/spawning.ts"

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }))
afterEach(() => void vi.useRealTimers())

function signedIn(subject: string): AuthInfo {
  const known = { clientId: "client-1", scopes: [], expiresAt: Date.now() / 1000 + 3600 }
  return {
    ...known,
    token: "",
    resource: new URL("https://mcp.example/mcp"),
    resourceMetadataUrl: "",
    extra: { verified: { ...known, issuer: "https://auth.example", subject, claims: {} } },
  }
}

test("a process ends once it has been idle, and not while somebody listens", async () => {
  const events: BackendEvent[] = []
  const backend = spawnServers(scripted(), {
    idleMinutes: 10,
    onEvent: (event) => events.push(event),
  })
  const send = async (subject: string, method: string, session?: string, parsedBody?: unknown) => {
    const headers = new Headers({
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      ...(session && { "mcp-session-id": session }),
    })
    const request = new Request("https://mcp.example/mcp", { method, headers })
    return await backend(request, { authInfo: signedIn(subject), parsedBody })
  }
  const begin = async (subject: string) => {
    const response = await send(subject, "POST", undefined, initialize)
    await response.text()
    return response.headers.get("mcp-session-id") ?? ""
  }
  const running = () => startedIn(events).map(isRunning)

  const [alice, bob] = [await begin("alice"), await begin("bob")]
  const stream = await send("alice", "GET", alice)
  await (await send("alice", "POST", alice, toolCall("count"))).text()
  await vi.advanceTimersByTimeAsync(9 * 60_000)
  await (await send("bob", "POST", bob, toolCall("count"))).text()
  await vi.advanceTimersByTimeAsync(9 * 60_000)
  expect(running()).toEqual([true, true])
  await vi.advanceTimersByTimeAsync(61_000)
  await expect.poll(running).toEqual([true, false])
  expect((await send("bob", "POST", bob, toolCall("count"))).status).toBe(404)

  await stream.body?.cancel()
  await vi.advanceTimersByTimeAsync(601_000)
  await expect.poll(running).toEqual([false, false])
  expect((await send("alice", "POST", alice, toolCall("count"))).status).toBe(404)
  await backend.close()
})

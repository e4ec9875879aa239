import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { Client as Sdk1Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Sdk1Transport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { CreateMessageRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js"
import { describe, expect, onTestFinished, test } from "vitest"
import { signToken } from "../support/guarded-backend.ts"
import { everything, scripted, spawning } from "../support/spawning.ts"

const INFO = { name: "test", version: "1.0.0" }
const CAPABILITIES = { sampling: {}, elicitation: {} }
const sampled = {
  role: "assistant",
  model: "m",
  content: { type: "text", text: "sampled" },
} as const
const elicited = { action: "accept", content: { name: "Alice" } } as const

const signedIn = async (url: string | URL, init?: RequestInit) => {
  const headers = new Headers(init?.headers)
  headers.set("authorization", `Bearer ${await signToken()}`)
  return fetch(url, { ...init, headers })
}

async function sdk1(url: string) {
  const client = new Sdk1Client(INFO, { capabilities: CAPABILITIES })
  client.setRequestHandler(CreateMessageRequestSchema, () => sampled)
  client.setRequestHandler(ElicitRequestSchema, () => elicited)
  const transport = new Sdk1Transport(new URL(url), { fetch: signedIn })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  onTestFinished(() => client.close())
  return client
}

async function sdk2(url: string, mode: "auto" | "legacy") {
  const client = new Client(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } })
  client.setRequestHandler("sampling/createMessage", () => sampled)
  client.setRequestHandler("elicitation/create", () => elicited)
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: signedIn }))
  onTestFinished(() => client.close())
  return client
}

const clients = {
  "1.x": sdk1,
  "2.x": (url: string) => sdk2(url, "legacy"),
  "2.x that asks for 2026-07-28 first": (url: string) => sdk2(url, "auto"),
}

describe.for(Object.keys(clients) as (keyof typeof clients)[])(
  "the client of the SDK %s",
  (name) => {
    const connect = clients[name]

    test("calls the tools of the reference server, which can call back", async () => {
      const { url } = await spawning(everything())
      const client = await connect(url)
      const call = async (tool: string, args: Record<string, unknown> = {}) => {
        const { content } = await client.callTool({ name: tool, arguments: args })
        return JSON.stringify(content)
      }
      expect(await call("echo", { message: "hello" })).toContain("Echo: hello")
      expect(await call("trigger-sampling-request", { prompt: "p" })).toContain("sampled")
      expect(await call("trigger-elicitation-request")).toContain("Alice")
      expect(await call("get-env")).not.toContain("VITEST")
    })

    test("gets progress of two calls at once, each of its own", async () => {
      const { url } = await spawning(everything())
      const client = await connect(url)
      const call = async (steps: number) => {
        const progress: unknown[] = []
        const request = {
          name: "trigger-long-running-operation",
          arguments: { duration: 0.1, steps },
        }
        const options = { onprogress: (one: unknown) => void progress.push(one) }
        if (client instanceof Client) await client.callTool(request, options)
        else await client.callTool(request, undefined, options)
        return progress
      }
      const [three, two] = await Promise.all([call(3), call(2)])
      expect(three).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3 })))
      expect(two).toEqual([1, 2].map((progress) => ({ progress, total: 2 })))
    })
  },
)

test("the server learns who its real client is", async () => {
  const { url } = await spawning(scripted())
  const client = await sdk2(url, "auto")
  expect(client.getServerVersion()?.name).toBe("scripted")
  expect(client.getNegotiatedProtocolVersion()).toBe("2025-11-25")
})

test("a backend says what it offers to an inspection that is nobody's", async () => {
  const { backend, events } = await spawning(everything())
  const report = await backend.inspect()
  expect(report).toMatchObject({
    protocolVersion: "2025-11-25",
    server: { name: expect.stringContaining("everything") },
  })
  expect(report.tools).toContain("echo")
  expect(report.prompts.length).toBeGreaterThan(0)
  expect(events.map(({ type }) => type).filter((type) => type !== "process.output")).toEqual([
    "process.started",
    "process.ended",
  ])
})

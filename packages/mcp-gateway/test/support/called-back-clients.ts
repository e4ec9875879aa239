import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { Client as Sdk1Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Sdk1Transport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { CreateMessageRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js"
import { onTestFinished } from "vitest"
import { signToken } from "./guarded-backend.ts"

/** A client of an SDK whose person answers what a server asks. */
export interface CalledBackClient {
  /** Calls a tool. Its content, in JSON. */
  call(
    tool: string,
    args?: Record<string, unknown>,
    onprogress?: (one: unknown) => void,
  ): Promise<string>
  protocolVersion: string | undefined
}

const INFO = { name: "test", version: "1.0.0" }
const CAPABILITIES = { sampling: {}, elicitation: {} }
const sampled = {
  role: "assistant",
  model: "m",
  content: { type: "text", text: "sampled" },
} as const
const elicited = { action: "accept", content: { name: "Alice" } } as const

export const signedIn: typeof fetch = async (url, init) => {
  const headers = new Headers(init?.headers)
  headers.set("authorization", `Bearer ${await signToken()}`)
  return fetch(url, { ...init, headers })
}

/** `2.x auto` asks for the revision 2026-07-28 first. */
export async function connectCalledBack(
  line: "1.x" | "2.x" | "2.x auto",
  url: string,
  fetch = signedIn,
): Promise<CalledBackClient> {
  return line === "1.x" ? sdk1(url, fetch) : sdk2(url, fetch, line === "2.x" ? "legacy" : "auto")
}

async function sdk1(url: string, fetch: typeof signedIn): Promise<CalledBackClient> {
  const client = new Sdk1Client(INFO, { capabilities: CAPABILITIES })
  client.setRequestHandler(CreateMessageRequestSchema, () => sampled)
  client.setRequestHandler(ElicitRequestSchema, () => elicited)
  const transport = new Sdk1Transport(new URL(url), { fetch })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  onTestFinished(() => client.close())
  return {
    protocolVersion: transport.protocolVersion,
    async call(name, args = {}, onprogress) {
      const options = onprogress && { onprogress }
      const { content } = await client.callTool({ name, arguments: args }, undefined, options)
      return JSON.stringify(content)
    },
  }
}

async function sdk2(
  url: string,
  fetch: typeof signedIn,
  mode: "legacy" | "auto",
): Promise<CalledBackClient> {
  const client = new Client(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } })
  client.setRequestHandler("sampling/createMessage", () => sampled)
  client.setRequestHandler("elicitation/create", () => elicited)
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch }))
  onTestFinished(() => client.close())
  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    async call(name, args = {}, onprogress) {
      const { content } = await client.callTool(
        { name, arguments: args },
        onprogress && { onprogress },
      )
      return JSON.stringify(content)
    },
  }
}

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { Client as Sdk1Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Sdk1Transport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import type { JWTPayload } from "jose"
import { onTestFinished } from "vitest"
import { signToken } from "./guarded-backend.ts"

const INFO = { name: "test", version: "1.0.0" }

function signedIn(claims: JWTPayload) {
  return async (url: string | URL, init?: RequestInit) => {
    const headers = new Headers(init?.headers)
    headers.set("authorization", `Bearer ${await signToken(claims)}`)
    return fetch(url, { ...init, headers })
  }
}

/** A client of the 1.x line; it can ask its person for a city, who answers Bern. */
export async function connectSdk1(url: string, claims: JWTPayload = {}) {
  const client = new Sdk1Client(INFO, { capabilities: { elicitation: {} } })
  const { ElicitRequestSchema } = await import("@modelcontextprotocol/sdk/types.js")
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: "accept",
    content: { city: "Bern" },
  }))
  const transport = new Sdk1Transport(new URL(url), {
    fetch: signedIn(claims),
    reconnectionOptions: {
      initialReconnectionDelay: 10,
      maxReconnectionDelay: 10,
      reconnectionDelayGrowFactor: 1,
      maxRetries: 100,
    },
  })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  onTestFinished(() => client.close())
  return { client, transport }
}

/** A client of the 2.x line: `auto` speaks 2026-07-28 where the server does. */
export async function connectSdk2(url: string, mode: "auto" | "legacy", claims: JWTPayload = {}) {
  const client = new Client(INFO, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: signedIn(claims) }))
  onTestFinished(() => client.close())
  return client
}

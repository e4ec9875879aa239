import {
  Client as Sdk2Client,
  StreamableHTTPClientTransport as Sdk2Transport,
} from "@modelcontextprotocol/client"
import { Client as Sdk1Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Sdk1Transport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { RESOURCE, signToken } from "./issuer.ts"

const INFO = { name: "test", version: "1.0.0" }

/** What a client sends its requests to: a Hono app, or `{ request: fetch }` for the network. */
interface Requestable {
  request(request: Request): Response | Promise<Response>
}

/** A `fetch` that signs in with `claims`. */
function signedInFetch(app: Requestable, claims: Parameters<typeof signToken>[0] = {}) {
  return async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(url, init)
    request.headers.set("authorization", `Bearer ${await signToken(claims)}`)
    return app.request(request)
  }
}

export async function connectSdk1(app: Requestable, claims: Parameters<typeof signToken>[0] = {}) {
  const client = new Sdk1Client(INFO)
  const transport = new Sdk1Transport(new URL(RESOURCE), { fetch: signedInFetch(app, claims) })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  return { client, transport }
}

export async function connectSdk2(
  app: Requestable,
  mode: "auto" | "legacy",
  claims: Parameters<typeof signToken>[0] = {},
  url = RESOURCE,
) {
  const client = new Sdk2Client(INFO, mode === "auto" ? { versionNegotiation: { mode } } : {})
  await client.connect(new Sdk2Transport(new URL(url), { fetch: signedInFetch(app, claims) }))
  return client
}

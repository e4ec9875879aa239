import { Hono } from "hono"
import { type AuthInfo, type ProtectMcpOptions, protectMcp, type Refusal } from "../../src/index.ts"
import { proxyOf, RESOURCE, signToken } from "./issuer.ts"

export interface Endpoint {
  app: Hono
  refusals: Refusal[]
  /** What `serve` was given, request by request. */
  served: { request: Request; authInfo: AuthInfo; parsedBody?: unknown }[]
  /** Sends a request to the resource; a plain object as `body` goes as JSON. */
  send(init?: RequestInit & { json?: unknown; url?: string }): Promise<Response>
}

/** An endpoint behind a proxy, which answers every request that gets through with `{"ok":true}`. */
export function endpoint(options: Partial<ProtectMcpOptions> = {}): Endpoint {
  const app = new Hono()
  const refusals: Refusal[] = []
  const served: Endpoint["served"] = []
  protectMcp(app, {
    path: "/mcp",
    proxy: proxyOf(),
    serve: (request, info) => {
      served.push({ request, ...info })
      return Response.json({ ok: true })
    },
    onRefusal: (refusal) => refusals.push(refusal),
    ...options,
  } as ProtectMcpOptions)
  return {
    app,
    refusals,
    served,
    async send({ json, url = RESOURCE, ...init } = {}) {
      const request = new Request(url, {
        ...(json !== undefined && { method: "POST", body: JSON.stringify(json) }),
        ...init,
      })
      if (json !== undefined && !request.headers.get("content-type")?.includes("json")) {
        request.headers.set("content-type", "application/json")
      }
      return app.request(request)
    },
  }
}

export async function bearer(
  ...args: Parameters<typeof signToken>
): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await signToken(...args)}` }
}

export const ping = { jsonrpc: "2.0", id: 1, method: "ping" }

export function toolCall(name: string, id = 1): object {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: {} } }
}

/** The parameters of a challenge, as an independent reader sees them. */
export function challengeOf(response: Response): Record<string, string> {
  const header = response.headers.get("www-authenticate") ?? ""
  const pairs = header.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)
  return Object.fromEntries(
    [...pairs].map(([, name = "", value = ""]) => [name, value.replace(/\\(.)/g, "$1")]),
  )
}

import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { ServeMcp } from "../http/guard.ts"
import { rpcError } from "../protocol/json-rpc.ts"
import type { Sdk1ServerFactory } from "./server-factory.ts"

/**
 * Serves each request by a server of its own, with no sessions and nothing kept in between.
 *
 * For several instances behind a load balancer. The server can't call the client outside a request:
 * there is no GET stream.
 */
export function sdk1Stateless(factory: Sdk1ServerFactory): ServeMcp {
  return async (request, { authInfo, parsedBody }) => {
    if (request.method !== "POST") {
      const headers = { "content-type": "application/json", allow: "POST" }
      return new Response(rpcError(-32000, "Only POST is allowed."), { status: 405, headers })
    }
    const transport = new WebStandardStreamableHTTPServerTransport()
    const server = await factory({ authInfo })
    await server.connect(transport)
    request.signal.addEventListener("abort", () => server.close().catch(() => undefined))
    return transport.handleRequest(request, { authInfo, parsedBody })
  }
}

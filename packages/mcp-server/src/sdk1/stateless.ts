import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import { refusalResponse } from "../http/refusal-response.ts"
import type { ServeMcp } from "../serve-mcp.ts"
import { onlyPostAllowed } from "./refusals.ts"
import type { Sdk1ServerFactory } from "./server-factory.ts"

/**
 * Serves each request of the 1.x SDK with a server of its own; nothing is kept between requests.
 *
 * For several instances behind a load balancer. The server can't call the client outside a request,
 * since there is no GET stream.
 *
 * @example
 * protectMcp(app, { path: "/mcp", proxy, serve: sdk1Stateless(() => createSdk1Server()) })
 */
export function sdk1Stateless(factory: Sdk1ServerFactory): ServeMcp {
  return async (request, { authInfo, parsedBody }) => {
    if (request.method !== "POST") return refusalResponse(onlyPostAllowed)
    const transport = new WebStandardStreamableHTTPServerTransport()
    const server = await factory({ authInfo })
    await server.connect(transport)
    request.signal.addEventListener("abort", () => server.close().catch(() => undefined))
    return transport.handleRequest(request, { authInfo, parsedBody })
  }
}

import { withHeaders } from "./response-headers.ts"

/** The headers that a page may send to this endpoint; `Mcp-Param-…` headers come from tool schemas. */
const REQUEST_HEADER =
  /^(authorization|dpop|content-type|accept|last-event-id|mcp-[\w-]+|traceparent|tracestate|baggage)$/i

/** Answers a preflight from an allowed origin (Fetch §4.8). */
export function preflightResponse(request: Request, origin: string): Response {
  const wanted = request.headers.get("access-control-request-headers")?.split(",") ?? []
  const headers = wanted.map((name) => name.trim()).filter((name) => REQUEST_HEADER.test(name))
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-headers": headers.join(", "),
      "access-control-max-age": "7200",
      vary: "Origin, Access-Control-Request-Headers",
    },
  })
}

/** Lets a page of `origin` read the response, and the headers that an MCP client needs. */
export const shareWith = (response: Response, origin: string): Response =>
  withHeaders(response, {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "WWW-Authenticate, Mcp-Session-Id, DPoP-Nonce",
    vary: [response.headers.get("vary"), "Origin"].filter((value) => value !== null).join(", "),
  })

/** The headers that a page may send to this endpoint; `Mcp-Param-…` headers come from tool schemas. */
const REQUEST_HEADER =
  /^(authorization|content-type|accept|last-event-id|mcp-[\w-]+|traceparent|tracestate|baggage)$/i

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
export function shareWith(response: Response, origin: string): Response {
  const shared = withMutableHeaders(response)
  shared.headers.set("access-control-allow-origin", origin)
  shared.headers.set("access-control-expose-headers", "WWW-Authenticate, Mcp-Session-Id")
  shared.headers.append("vary", "Origin")
  return shared
}

/** The headers of a response that came from `fetch` can't be changed. */
function withMutableHeaders(response: Response): Response {
  try {
    response.headers.delete("access-control-allow-origin")
    return response
  } catch {
    return new Response(response.body, response)
  }
}

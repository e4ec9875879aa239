import { FIRST_WITH_MESSAGE_HEADERS, messageHeaders } from "../protocol/message-headers.ts"

/** What passes from the client to the backend as it is. All others are ours, or do not pass. */
const PASSED = ["accept", "last-event-id", "mcp-protocol-version"]

/**
 * The headers of a request that come from the client's, and those that repeat its body.
 *
 * @param body the parsed body; `undefined` if there is none.
 */
export function requestHeaders(client: Headers, body: unknown): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of PASSED) pass(name, client.get(name), headers)
  if (body === undefined) return headers
  headers["content-type"] = "application/json"
  if ((headers["mcp-protocol-version"] ?? "") >= FIRST_WITH_MESSAGE_HEADERS) {
    for (const [name, value] of client) {
      if (name.startsWith("mcp-param-")) pass(name, value, headers)
    }
  }
  return Object.assign(headers, messageHeaders(body))
}

/** Control characters may be in a `Request` that no HTTP parser made; none can be sent. */
function pass(name: string, value: string | null, headers: Record<string, string>): void {
  if (value !== null && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) headers[name] = value
}

import { isHeaderValue } from "./header-syntax.ts"
import { isObject } from "./messages.ts"

/** The member of `params` that `Mcp-Name` repeats, by method (SEP-2243, SEP-2663). */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
])

/** Since this revision, requests repeat parts of their body in headers (SEP-2243). */
export const FIRST_WITH_MESSAGE_HEADERS = "2026"

/** Longer ones are left out: servers refuse requests with so long a header. */
const LONGEST_VALUE = 8192

/** `Mcp-Method` and `Mcp-Name`, as the body has them (SEP-2243); none for a batch. */
export function messageHeaders(body: unknown): Record<string, string> {
  if (!isObject(body) || typeof body.method !== "string") return {}
  const { method, params } = body
  if (!isHeaderValue(method) || method.length > LONGEST_VALUE) return {}
  const member = NAMED_BY.get(method)
  const name = member !== undefined && isObject(params) ? params[member] : undefined
  const value = typeof name === "string" ? headerValue(name) : undefined
  const isSent = value !== undefined && value.length <= LONGEST_VALUE
  return { "mcp-method": method, ...(isSent && { "mcp-name": value }) }
}

/**
 * The header of a request that lacks or contradicts what its body says: whoever decides by the one and
 * whoever acts on the other would not mean the same, so such a request must be refused (SEP-2243).
 */
export function mismatchedHeader(headers: Headers, body: unknown): string | undefined {
  const isOlder = (headers.get("mcp-protocol-version") ?? "") < FIRST_WITH_MESSAGE_HEADERS
  if (isOlder || !isObject(body) || body.id === undefined) return undefined
  const isMet = ([name, value]: [string, string]) => {
    const sent = headers.get(name)
    return sent !== null && decoded(sent) === decoded(value)
  }
  return Object.entries(messageHeaders(body)).find((header) => !isMet(header))?.[0]
}

function decoded(value: string): string {
  const base64 = /^=\?base64\?(.*)\?=$/.exec(value)?.[1]
  return base64 === undefined ? value : Buffer.from(base64, "base64").toString()
}

/** A text as it is, or in base64 if a header could not hold it (SEP-2243, value encoding). */
function headerValue(text: string): string {
  const isEncoded = text.startsWith("=?base64?") && text.endsWith("?=")
  return isHeaderValue(text) && !isEncoded
    ? text
    : `=?base64?${Buffer.from(text).toString("base64")}?=`
}

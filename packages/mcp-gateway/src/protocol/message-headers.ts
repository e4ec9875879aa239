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

/** A text as it is, or in base64 if a header could not hold it (SEP-2243, value encoding). */
function headerValue(text: string): string {
  const isEncoded = text.startsWith("=?base64?") && text.endsWith("?=")
  return isHeaderValue(text) && !isEncoded
    ? text
    : `=?base64?${Buffer.from(text).toString("base64")}?=`
}

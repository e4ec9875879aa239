import { isObject } from "./messages.ts"

/** The member of `params` that `Mcp-Name` repeats, by method (SEP-2243, SEP-2663). */
const NAMED_BY: ReadonlyMap<unknown, string> = new Map([
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
  const headers: Record<string, string> = {}
  if (!isObject(body) || typeof body.method !== "string") return headers
  if (!isPlain(body.method) || body.method.length > LONGEST_VALUE) return headers
  headers["mcp-method"] = body.method
  const member = NAMED_BY.get(body.method)
  const name = member !== undefined && isObject(body.params) ? body.params[member] : undefined
  if (typeof name === "string" && name.length <= LONGEST_VALUE) {
    const value = headerValue(name)
    if (value.length <= LONGEST_VALUE) headers["mcp-name"] = value
  }
  return headers
}

/** A text as it is, or in base64 if a header could not hold it (SEP-2243, value encoding). */
function headerValue(text: string): string {
  const isEncoded = text.startsWith("=?base64?") && text.endsWith("?=")
  return isPlain(text) && !isEncoded ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`
}

function isPlain(text: string): boolean {
  return /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}

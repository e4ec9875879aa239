/** Headers that the gateway sets itself, that belong to one connection, or that never pass. */
const RESERVED = new Set([
  "accept",
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "last-event-id",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])
const RESERVED_PREFIXES = ["mcp-", "proxy-", "x-forwarded-"]

/** Whether a text can name a header (RFC 9110 §5.1). */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(text)
}

/** Whether a text can be the value of a header (RFC 9110 §5.5), in ASCII. */
export function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}

/** Whether nobody may set a header of this name. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix))
}

import { isObject } from "../protocol/messages.ts"

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion"

/** The version that a request names for itself, as each one does since 2026-07-28. */
export function claimedVersion(body: unknown): string | undefined {
  const params = isObject(body) ? body.params : undefined
  const meta = isObject(params) ? params._meta : undefined
  const version = isObject(meta) ? meta[VERSION_KEY] : undefined
  return typeof version === "string" ? version : undefined
}

/** The first revision without sessions. */
const FIRST_STATELESS = "2026-07-28"

/** Whether a body is a notification of a revision without sessions, which has nobody to go to. */
export function isStatelessNotification({ headers }: Request, body: unknown): boolean {
  const isNotification = isObject(body) && typeof body.method === "string" && body.id === undefined
  return isNotification && (headers.get("mcp-protocol-version") ?? "") >= FIRST_STATELESS
}

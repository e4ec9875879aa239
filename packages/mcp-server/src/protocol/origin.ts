import { isLoopbackHost } from "@doorward/boundary"

/** Which web pages may call: a list of origins, or `"*"` for every page. */
export type AllowedOrigins = readonly string[] | "*"

/** Whether a text is an origin as browsers send it: scheme, host, and a port if it is not the usual one. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text.toLowerCase()
}

/**
 * A test for the `Origin` header, which the MCP transport requires against DNS rebinding.
 *
 * The resource's own origin is always allowed. Without a list, a resource on loopback also allows every
 * loopback origin (the MCP Inspector's page is one); any other resource allows only its own.
 */
export function originTest(
  resource: URL,
  allowed: AllowedOrigins | undefined,
): (origin: string) => boolean {
  if (allowed === "*") return () => true
  const list = new Set([resource.origin, ...(allowed ?? []).map((text) => text.toLowerCase())])
  const anyLoopback = allowed === undefined && isLoopbackHost(resource.hostname)
  return (origin) => {
    if (list.has(origin)) return true
    return anyLoopback && URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
  }
}

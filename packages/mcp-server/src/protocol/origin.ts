/** Which web pages may call: a list of origins, or `"*"` for every page. */
export type AllowedOrigins = readonly string[] | "*"

/**
 * A test for the `Origin` header, which the MCP transport demands against DNS rebinding.
 *
 * The resource's own origin is always allowed. Without a list, a resource on loopback allows every
 * loopback origin (the MCP Inspector's page is one), and any other resource no further one.
 *
 * @throws {TypeError} if an entry is not an origin.
 */
export function originTest(
  resource: URL,
  allowed: AllowedOrigins | undefined,
): (origin: string) => boolean {
  if (allowed === "*") return () => true
  const list = new Set([resource.origin, ...(allowed ?? []).map(parseOrigin)])
  const anyLoopback = allowed === undefined && isLoopback(resource)
  return (origin) => {
    if (list.has(origin)) return true
    return anyLoopback && URL.canParse(origin) && isLoopback(new URL(origin))
  }
}

function parseOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : "null"
  if (origin === "null" || text.toLowerCase() !== origin) {
    throw new TypeError(`not an origin: ${JSON.stringify(text)}`)
  }
  return origin
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)
}

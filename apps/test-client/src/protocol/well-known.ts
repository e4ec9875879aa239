/** Where protected resource metadata may be: path-inserted, then at the root (RFC 9728 §3.1). */
export function resourceMetadataUrls(resource: URL): readonly URL[] {
  return unique([
    inserted("oauth-protected-resource", resource),
    new URL("/.well-known/oauth-protected-resource", resource),
  ])
}

/** Where authorization server metadata may be, in the order that MCP 2025-11-25 demands (RFC 8414 §3.1, OIDC Discovery §4). */
export function serverMetadataUrls(issuer: URL): readonly URL[] {
  const appended = new URL(issuer)
  appended.pathname = `${issuer.pathname.replace(/\/$/, "")}/.well-known/openid-configuration`
  return unique([
    inserted("oauth-authorization-server", issuer),
    inserted("openid-configuration", issuer),
    appended,
  ])
}

function inserted(name: string, of: URL): URL {
  const url = new URL(of)
  url.pathname = `/.well-known/${name}${of.pathname === "/" ? "" : of.pathname}`
  url.hash = ""
  return url
}

function unique(urls: readonly URL[]): readonly URL[] {
  return [...new Map(urls.map((url) => [url.href, url])).values()]
}

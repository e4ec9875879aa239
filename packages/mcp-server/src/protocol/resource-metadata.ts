/** Protected resource metadata (RFC 9728 §2). */
export interface ResourceMetadata {
  resource: string
  authorization_servers: readonly string[]
  scopes_supported?: readonly string[]
  bearer_methods_supported: readonly ["header"]
  resource_name?: string
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource"

/** Whether a text can identify a resource here: an http URL without a query or a fragment (RFC 9728 §1.2). */
export function isResourceUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && search === "" && hash === ""
}

/** The path-inserted well-known path of a resource (RFC 9728 §3.1). */
export function metadataPath(resource: URL): string {
  return resource.pathname === "/" ? WELL_KNOWN : WELL_KNOWN + resource.pathname
}

/**
 * Every path that clients look for the metadata at: the path-inserted one, and, for those that do not
 * know it, the one at the root.
 */
export function metadataPaths(resource: URL): string[] {
  return [...new Set([metadataPath(resource), WELL_KNOWN])]
}

/** What {@link resourceMetadata} is built from. */
export interface DescribedResource {
  resource: string
  name: string | undefined
  scopes: readonly string[]
  authorizationServers: readonly string[]
}

/** The metadata document. `resource` is in it as it was configured, byte for byte (RFC 9728 §3.3). */
export function resourceMetadata(described: DescribedResource): ResourceMetadata {
  const { resource, name, scopes, authorizationServers } = described
  return {
    resource,
    authorization_servers: authorizationServers,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ["header"],
    ...(name !== undefined && { resource_name: name }),
  }
}

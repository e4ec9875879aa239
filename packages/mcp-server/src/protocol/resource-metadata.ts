/** Protected resource metadata (RFC 9728 §2). */
export interface ResourceMetadata {
  resource: string
  authorization_servers: readonly string[]
  scopes_supported?: readonly string[]
  bearer_methods_supported: readonly ["header"]
  resource_name?: string
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource"

/** Where clients look when the path-inserted form is not to be had. */
export const ROOT_METADATA_PATH = WELL_KNOWN

/** The path-inserted well-known path of a resource (RFC 9728 §3.1). */
export function metadataPath(resource: URL): string {
  return resource.pathname === "/" ? WELL_KNOWN : WELL_KNOWN + resource.pathname
}

/** What {@link resourceMetadata} is built from. */
export interface DescribedResource {
  resource: string
  name: string | undefined
  scopes: readonly string[]
  authorizationServers: readonly string[]
}

/** The document. `resource` stands in it as it was configured, byte for byte (RFC 9728 §3.3). */
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

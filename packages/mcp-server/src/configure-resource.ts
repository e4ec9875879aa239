import type { MountOptions, ResourceOfIssuer, ResourceOfProxy, ResourceOptions } from "./options.ts"
import type { ProtectedResource } from "./protected-resource.ts"
import { metadataPath } from "./protocol/resource-metadata.ts"
import { resourceScopes, union } from "./protocol/scope.ts"
import { resourceOfProxy } from "./resource-of-proxy.ts"

/** The resource that checked options describe. */
export function configureResource(
  options: ResourceOptions & Partial<MountOptions>,
): ProtectedResource {
  const described = options.proxy ? describedByProxy(options) : options
  const { resource, name, scopes = [], authorizationServers, verifier } = described
  const url = new URL(resource)
  const requireScopes = resourceScopes(options.requireScopes ?? [])
  return {
    resource,
    url,
    metadataUrl: url.origin + metadataPath(url),
    name: options.name ?? name,
    scopes: union(resourceScopes(options.scopes ?? scopes), requireScopes),
    requireScopes,
    authorizationServers,
    verifier,
  }
}

/** What the options would say of this resource if its tokens came from another server. */
function describedByProxy(options: ResourceOfProxy & Partial<MountOptions>): ResourceOfIssuer {
  const { proxy } = options
  const found = resourceOfProxy(options)
  if (!found) throw new TypeError("the options of the resource were not checked")
  const { resource, name, scopes } = found
  return {
    resource,
    name,
    scopes,
    authorizationServers: [proxy.issuer],
    verifier: proxy.tokenVerifier(resource),
  }
}

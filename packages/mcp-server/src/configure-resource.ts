import { isGranted } from "./auth-info.ts"
import { withOthers } from "./flow/several-issuers.ts"
import type {
  GuardOptions,
  IssuingProxy,
  MountOptions,
  ResourceOfIssuer,
  ResourceOfProxy,
  ResourceOptions,
} from "./options.ts"
import { scopeExpansion } from "./policy/scope-hierarchy.ts"
import type { ProtectedResource } from "./protected-resource.ts"
import { metadataPaths } from "./protocol/resource-metadata.ts"
import { resourceScopes, union } from "./protocol/scope.ts"
import { resourceOfProxy } from "./resource-of-proxy.ts"

/** The resource that checked options describe. */
export function configureResource(
  options: ResourceOptions & Pick<GuardOptions, "policy"> & Partial<MountOptions>,
): ProtectedResource {
  const described = options.proxy ? describedByProxy(options) : options
  const { resource, name, scopes = [], authorizationServers, verifier } = described
  const url = new URL(resource)
  const paths = [...new Set(metadataPaths(url, basePath(options.proxy, url)))]
  const requireScopes = resourceScopes(options.requireScopes ?? [])
  const ownScopes = union(resourceScopes(options.scopes ?? scopes), requireScopes)
  return {
    resource,
    url,
    metadataPaths: paths,
    metadataUrl: url.origin + paths[0],
    name: options.name ?? name,
    scopes: ownScopes,
    challengeScopes: options.challengeScopes
      ? union(resourceScopes(options.challengeScopes), requireScopes)
      : ownScopes,
    requireScopes,
    authorizationServers,
    verifier,
    isForeign: (verified) => options.proxy !== undefined && !isGranted(verified),
    dpop: options.proxy?.dpop,
    expandScopes: scopeExpansion(options.policy?.scopeHierarchy),
  }
}

/** The path that the proxy, and so the whole server, is below; empty if that is elsewhere. */
function basePath(proxy: IssuingProxy | undefined, { origin }: URL): string {
  if (!proxy) return ""
  const issuer = new URL(proxy.issuer)
  return issuer.origin === origin ? issuer.pathname.replace(/\/$/, "") : ""
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
    verifier: withOthers(proxy.tokenVerifier(resource), options.alsoAccept ?? []),
  }
}

import type { TokenVerifier } from "@doorward/jwt-verifier"
import type { OAuthProxy } from "@doorward/oauth-core"
import { metadataPath } from "./protocol/resource-metadata.ts"
import { configuredScopes, union } from "./protocol/scope.ts"

/** What a resource needs of the proxy that issues its tokens. */
export type IssuingProxy = Pick<OAuthProxy, "issuer" | "resources" | "tokenVerifier">

/** A resource whose tokens a Doorward proxy issues. */
export interface ResourceOfProxy {
  proxy: IssuingProxy
  /** Which of the proxy's resources this is. Default: the one with the same path, or the only one. */
  resource?: string
  verifier?: never
  authorizationServers?: never
}

/** A resource whose tokens somebody else issues. */
export interface ResourceOfIssuer {
  /** The URL that clients use, byte for byte. */
  resource: string
  /** It must check issuer and audience; it says scopes in the spelling of `scopes`. */
  verifier: TokenVerifier
  /** Issuer URLs of the authorization servers, byte for byte as their metadata has them. */
  authorizationServers: readonly string[]
  proxy?: never
}

export type ResourceOptions = (ResourceOfProxy | ResourceOfIssuer) & {
  path: string
  /** The scopes to list in the metadata and to ask for in a challenge. Default: those of the proxy's resource. */
  scopes?: readonly string[]
  /** Scopes that every request must have. Default: none. */
  requireScopes?: readonly string[]
  /** What people see. Default: the name of the proxy's resource. */
  name?: string
}

/** A configured resource, ready to serve. */
export interface ConfiguredResource {
  resource: string
  url: URL
  metadataUrl: string
  name: string | undefined
  scopes: readonly string[]
  requireScopes: readonly string[]
  authorizationServers: readonly string[]
  verifier: TokenVerifier
}

/** @throws {TypeError} that says which option is wrong. */
export function configureResource(options: ResourceOptions): ConfiguredResource {
  const { resource, name, scopes, authorizationServers, verifier } = options.proxy
    ? ofProxy(options.proxy, options)
    : { scopes: [], ...options }
  if (!URL.canParse(resource)) throw new TypeError(`resource is not a URL: ${resource}`)
  const url = new URL(resource)
  if (!/^https?:$/.test(url.protocol) || url.hash || url.search) {
    throw new TypeError(`resource must be an http URL without query and fragment: ${resource}`)
  }
  if (authorizationServers.length === 0) throw new TypeError("authorizationServers is empty")
  const requireScopes = configuredScopes(options.requireScopes ?? [])
  return {
    resource,
    url,
    metadataUrl: url.origin + metadataPath(url),
    name: options.name ?? name,
    scopes: union(configuredScopes(options.scopes ?? scopes), requireScopes),
    requireScopes,
    authorizationServers,
    verifier,
  }
}

function ofProxy(proxy: IssuingProxy, { path, resource }: ResourceOptions) {
  const only = proxy.resources.length === 1 ? proxy.resources[0] : undefined
  const found = resource
    ? proxy.resources.find((each) => each.resource === resource)
    : (proxy.resources.find((each) => new URL(each.resource).pathname === path) ?? only)
  if (!found) {
    const known = proxy.resources.map((each) => each.resource).join(", ")
    throw new TypeError(`${resource ?? path} is none of the proxy's resources: ${known}`)
  }
  return {
    resource: found.resource,
    name: found.name,
    scopes: found.scopes,
    authorizationServers: [proxy.issuer],
    verifier: proxy.tokenVerifier(found.resource),
  }
}

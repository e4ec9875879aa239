import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "./app-registration.ts"
import { type Directory, isAvailableIn } from "./directory.ts"
import { oidcScopes } from "./graph-registration.ts"
import type { Tenant } from "./tenant.ts"
import { graphClientId } from "./well-known-ids.ts"

export type OidcScope = (typeof oidcScopes)[number]

/** The scopes of one resource (API) in a `scope` parameter. */
export interface ResourceScopes {
  resource: AppRegistration
  /** What the request called the resource: an App ID URI, its GUID, or "" for a bare Graph scope. */
  identifier: string
  /** Short names in the registration's spelling. Empty for `.default`. */
  scopes: readonly string[]
  /** Whether the request has `.default`: everything that has been consented to. */
  isDefault: boolean
}

export interface RequestedScopes {
  oidc: readonly OidcScope[]
  /** One entry for each resource. */
  resources: readonly ResourceScopes[]
  text: string
}

/**
 * Reads a `scope` parameter.
 *
 * A scope without a resource is Graph's. Names are case-insensitive.
 *
 * @param tenant the tenant to look for resources in; `undefined` if the path has an alias.
 * @throws {EntraError} 70011, 500011 or 650053.
 */
export function parseScopes(
  text: string,
  client: AppRegistration,
  tenant: Tenant | undefined,
  directory: Directory,
): RequestedScopes {
  const oidc = new Set<OidcScope>()
  const resources = new Map<string, ResourceScopes>()
  for (const item of text.split(" ").filter((part) => part !== "")) {
    const oidcScope = oidcScopes.find((scope) => scope === item.toLowerCase())
    if (oidcScope) {
      oidc.add(oidcScope)
      continue
    }
    const { identifier, name } = split(item)
    const resource = findResource(identifier, client, tenant, directory)
    const entry = resources.get(resource.clientId) ?? {
      resource,
      identifier,
      scopes: [],
      isDefault: false,
    }
    if (name.toLowerCase() === ".default") {
      resources.set(resource.clientId, { ...entry, isDefault: true })
    } else {
      const scope = canonicalScope(resource, name, client)
      resources.set(resource.clientId, { ...entry, scopes: [...new Set([...entry.scopes, scope])] })
    }
  }
  for (const entry of resources.values()) {
    if (entry.isDefault && entry.scopes.length > 0) throw new EntraError(70011, { scope: text })
  }
  return { oidc: [...oidc], resources: [...resources.values()], text }
}

/** The resource part is everything before the last slash. */
function split(item: string): { identifier: string; name: string } {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(item)) throw new EntraError(70011, { scope: item })
  const slash = item.lastIndexOf("/")
  if (slash < 0) return { identifier: "", name: item }
  const identifier = item.slice(0, slash)
  const name = item.slice(slash + 1)
  if (name === "" || identifier === "" || identifier.endsWith(":/")) {
    throw new EntraError(70011, { scope: item })
  }
  return { identifier, name }
}

function findResource(
  identifier: string,
  client: AppRegistration,
  tenant: Tenant | undefined,
  directory: Directory,
): AppRegistration {
  const resource = directory.resource(identifier === "" ? graphClientId : identifier)
  const home = tenant ?? directory.tenant(client.tenantId)
  if (!resource || !isAvailableIn(resource, home.id)) {
    throw new EntraError(500011, { resource: identifier, tenant: home.name })
  }
  return resource
}

function canonicalScope(resource: AppRegistration, name: string, client: AppRegistration): string {
  const known = resource.scopes.find((scope) => scope.value.toLowerCase() === name.toLowerCase())
  if (!known) {
    throw new EntraError(650053, { name: client.name, scope: name, resource: resource.clientId })
  }
  return known.value
}

/** Graph's entry for a request with OpenID Connect scopes only, whose token is for UserInfo. */
export function userInfoScopes(directory: Directory): ResourceScopes {
  const resource = directory.app(graphClientId)
  if (!resource) throw new TypeError("the directory has no registration of Graph")
  return { resource, identifier: "", scopes: [], isDefault: false }
}

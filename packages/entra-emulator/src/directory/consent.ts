import type { AppRegistration } from "./app-registration.ts"
import type { Account } from "./directory.ts"
import type { RequestedScopes } from "./scopes.ts"

/** A scope that somebody must consent to. */
export interface Permission {
  resource: AppRegistration
  scope: string
  description: string
  adminOnly: boolean
}

/** What a user, or an administrator for everybody, has consented to for one client and API. */
export interface ConsentGiven {
  tenantId: string
  /** The user's object id; `undefined` if an administrator consented for the whole tenant. */
  oid: string | undefined
  clientId: string
  /** The API's client id. */
  resource: string
  scopes: string[]
}

/** Who has consented to what: a user for themselves, or an administrator for a whole tenant. */
export class Consents {
  #given: ConsentGiven[] = []

  grant(
    tenantId: string,
    oid: string | undefined,
    clientId: string,
    permissions: Permission[],
  ): void {
    for (const { resource, scope } of permissions) {
      const given = this.#find(tenantId, oid, clientId, resource.clientId)
      if (!given) {
        const entry = { tenantId, oid, clientId, resource: resource.clientId, scopes: [scope] }
        this.#given.push(entry)
      } else if (!given.scopes.includes(scope)) {
        given.scopes.push(scope)
      }
    }
  }

  /** Forgets every consent to the client, so that users are asked again. */
  revoke(clientId: string): void {
    this.#given = this.#given.filter((entry) => entry.clientId !== clientId)
  }

  /** Every consent to the client in a tenant. */
  given(tenantId: string, clientId: string): ConsentGiven[] {
    return this.#given.filter((entry) => entry.tenantId === tenantId && entry.clientId === clientId)
  }

  /** Every scope of the resource that the client may use for this account, in the registration's order. */
  granted(account: Account, client: AppRegistration, resource: AppRegistration): string[] {
    const preAuthorized = resource.preAuthorizedClients.includes(client.clientId)
    const [byUser, byAdmin] = [account.oid, undefined].map((oid) =>
      this.#find(account.tenantId, oid, client.clientId, resource.clientId),
    )
    return resource.scopes
      .map((scope) => scope.value)
      .filter(
        (scope) =>
          preAuthorized || byUser?.scopes.includes(scope) || byAdmin?.scopes.includes(scope),
      )
  }

  /** The permissions that nobody has consented to. */
  missing(account: Account, client: AppRegistration, permissions: Permission[]): Permission[] {
    return permissions.filter(
      ({ resource, scope }) => !this.granted(account, client, resource).includes(scope),
    )
  }

  #find(
    tenantId: string,
    oid: string | undefined,
    clientId: string,
    resource: string,
  ): ConsentGiven | undefined {
    return this.given(tenantId, clientId).find(
      (entry) => entry.oid === oid && entry.resource === resource,
    )
  }
}

/** The permissions that a request asks for. OpenID Connect scopes, which are Graph's, come first. */
export function permissionsOf(
  requested: RequestedScopes,
  client: AppRegistration,
  graph: AppRegistration,
): Permission[] {
  return [
    ...pick(graph, requested.oidc),
    ...requested.resources.flatMap((entry) =>
      pick(entry.resource, entry.isDefault ? listed(entry.resource, client) : entry.scopes),
    ),
  ]
}

/** What `.default` means: the permissions that the registration lists, or every scope of its own API. */
export function listed(resource: AppRegistration, client: AppRegistration): readonly string[] {
  if (resource.clientId === client.clientId) return resource.scopes.map((scope) => scope.value)
  return client.delegatedPermissions[resource.clientId] ?? []
}

export function pick(resource: AppRegistration, scopes: readonly string[]): Permission[] {
  return resource.scopes
    .filter((scope) => scopes.includes(scope.value))
    .map(({ value, description, adminOnly }) => ({
      resource,
      scope: value,
      description,
      adminOnly,
    }))
}

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

export interface ConsentGiven {
  oid: string | undefined
  /** The API's client id. */
  resource: string
  scopes: string[]
}

/** Who has consented to what: for a user, or by an administrator for a whole tenant. */
export class Consents {
  readonly #granted = new Map<string, Set<string>>()

  grant(
    tenantId: string,
    oid: string | undefined,
    client: string,
    permissions: Permission[],
  ): void {
    for (const { resource, scope } of permissions) {
      const key = keyOf(tenantId, oid, client, resource.clientId)
      const scopes = this.#granted.get(key) ?? new Set()
      this.#granted.set(key, scopes.add(scope))
    }
  }

  /** Forgets every consent to the client, so that it must be asked for again. */
  revoke(client: string): void {
    for (const key of this.#granted.keys()) {
      if (key.split(" ")[2] === client) this.#granted.delete(key)
    }
  }

  /** Every consent to the client in a tenant. `oid` is absent where an administrator consented for all. */
  given(tenantId: string, client: string): ConsentGiven[] {
    return [...this.#granted].flatMap(([key, scopes]) => {
      const [tenant, oid, clientId, resource = ""] = key.split(" ")
      if (tenant !== tenantId || clientId !== client) return []
      return [{ oid: oid === "*" ? undefined : oid, resource, scopes: [...scopes] }]
    })
  }

  /** Every scope of the resource that the client may use for this account, in the registration's order. */
  granted(account: Account, client: AppRegistration, resource: AppRegistration): string[] {
    const preAuthorized = resource.preAuthorizedClients.includes(client.clientId)
    const [byUser, byAdmin] = [account.oid, undefined].map((oid) =>
      this.#granted.get(keyOf(account.tenantId, oid, client.clientId, resource.clientId)),
    )
    return resource.scopes
      .map((scope) => scope.value)
      .filter((scope) => preAuthorized || byUser?.has(scope) || byAdmin?.has(scope))
  }

  /** What the request asks for that nobody has consented to. */
  missing(account: Account, client: AppRegistration, permissions: Permission[]): Permission[] {
    return permissions.filter(
      ({ resource, scope }) => !this.granted(account, client, resource).includes(scope),
    )
  }
}

/** The permissions that a request asks for, OpenID Connect scopes first, which are Graph's. */
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

/** What `.default` stands for: the permissions that the registration lists; for its own API, all of it. */
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

function keyOf(tenant: string, oid: string | undefined, client: string, resource: string): string {
  return `${tenant} ${oid ?? "*"} ${client} ${resource}`
}

import { isGuid } from "@doorward/boundary"
import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "./app-registration.ts"
import type { Cloud } from "./cloud.ts"
import { graphRegistration } from "./graph-registration.ts"
import type { ManagedIdentity } from "./managed-identity.ts"
import type { Tenant } from "./tenant.ts"
import type { User } from "./user.ts"
import { consumersTenantId, graphClientId } from "./well-known-ids.ts"

/** The tenant that a request's path names, or an alias that leaves the choice to the user. */
export type Authority =
  | { kind: "tenant"; tenant: Tenant }
  | { kind: "alias"; alias: "common" | "organizations" | "consumers" }

/** A user in one tenant: a member, or a guest with another object id. */
export interface Account {
  user: User
  tenantId: string
  /** The object id in `tenantId`. */
  oid: string
  guest: boolean
}

export interface DirectoryContent {
  tenants: readonly Tenant[]
  apps: readonly AppRegistration[]
  users: readonly User[]
  managedIdentities: readonly ManagedIdentity[]
}

/** Tenants, registrations, users and managed identities: what an administrator manages. */
export class Directory {
  readonly #tenants = new Map<string, Tenant>()
  readonly #apps = new Map<string, AppRegistration>()
  readonly #users = new Map<string, User>()
  readonly managedIdentities: readonly ManagedIdentity[]

  constructor(content: DirectoryContent, cloud: Cloud) {
    this.managedIdentities = content.managedIdentities
    this.putTenant({
      id: consumersTenantId,
      domains: ["outlook.example"],
      name: "Microsoft Accounts",
      userConsent: true,
      selfByGuidOnly: false,
    })
    for (const tenant of content.tenants) this.putTenant(tenant)
    this.putApp(graphRegistration(cloud.msgraphHost))
    for (const app of content.apps) this.putApp(app)
    for (const user of content.users) this.putUser(user)
  }

  get tenants(): readonly Tenant[] {
    return [...this.#tenants.values()]
  }

  /** The registrations, without Graph's. */
  get apps(): readonly AppRegistration[] {
    return [...this.#apps.values()].filter((app) => app.clientId !== graphClientId)
  }

  get users(): readonly User[] {
    return [...this.#users.values()]
  }

  /** Adds a tenant, or replaces the one with its id. */
  putTenant(tenant: Tenant): void {
    this.#tenants.set(tenant.id, tenant)
  }

  /** Adds a registration, or replaces the one with its client id. */
  putApp(app: AppRegistration): void {
    this.#apps.set(app.clientId, app)
  }

  /** Adds a user, or replaces the one with its username. */
  putUser(user: User): void {
    this.#users.set(user.username, user)
  }

  removeUser(username: string): boolean {
    return this.#users.delete(username.toLowerCase())
  }

  app(clientId: string): AppRegistration | undefined {
    return this.#apps.get(clientId.toLowerCase())
  }

  user(username: string): User | undefined {
    return this.#users.get(username.trim().toLowerCase())
  }

  /** @throws {EntraError} 90002 if there is no such tenant. */
  tenant(id: string): Tenant {
    const tenant = this.#tenants.get(id.toLowerCase())
    if (!tenant) throw new EntraError(90002, { tenant: id })
    return tenant
  }

  /** @throws {EntraError} 90002 if the path's first segment names no tenant. */
  authority(segment: string): Authority {
    const name = segment.toLowerCase()
    if (name === "common" || name === "organizations" || name === "consumers") {
      return { kind: "alias", alias: name }
    }
    const tenant =
      this.#tenants.get(name) ?? this.tenants.find((candidate) => candidate.domains.includes(name))
    if (!tenant) throw new EntraError(90002, { tenant: segment })
    return { kind: "tenant", tenant }
  }

  /** The registration with this client id or, exactly, this App ID URI. */
  resource(identifier: string): AppRegistration | undefined {
    if (isGuid(identifier)) return this.app(identifier)
    return [...this.#apps.values()].find((app) => app.identifierUris.includes(identifier))
  }

  /** The user's account in the tenant; `undefined` if they are neither member nor guest there. */
  account(user: User, tenantId: string): Account | undefined {
    if (user.tenantId === tenantId) return { user, tenantId, oid: user.id, guest: false }
    const guest = user.guestIn.find((entry) => entry.tenantId === tenantId)
    return guest && { user, tenantId, oid: guest.id, guest: true }
  }

  /** Everybody who can sign in to the tenant; without one, everybody in their home tenant. */
  accounts(tenantId: string | undefined): Account[] {
    return this.users.flatMap((user) => this.account(user, tenantId ?? user.tenantId) ?? [])
  }
}

/** The tenant that the authority names; `undefined` if it is an alias. */
export function tenantOf(authority: Authority): Tenant | undefined {
  return authority.kind === "tenant" ? authority.tenant : undefined
}

/** Whether the application can be used in the tenant: its own, or one that its audience includes. */
export function isAvailableIn(app: AppRegistration, tenantId: string): boolean {
  const personal = tenantId === consumersTenantId
  switch (app.signInAudience) {
    case "AzureADMyOrg":
      return app.tenantId === tenantId
    case "AzureADMultipleOrgs":
      return !personal
    case "AzureADandPersonalMicrosoftAccount":
      return true
    case "PersonalMicrosoftAccount":
      return personal
  }
}

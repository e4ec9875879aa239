import type { Cloud } from "./cloud.ts"
import { consumersTenantId } from "./defaults.ts"
import { EntraError, isGuid } from "../aadsts/entra-error.ts"
import { graphClientId, graphRegistration } from "./graph-registration.ts"
import {
  type AppRegistration,
  type AppRegistrationInput,
  appSchema,
  type ManagedIdentity,
  type Tenant,
  type TenantInput,
  tenantSchema,
  type User,
  type UserInput,
  userSchema,
} from "../state/options.ts"

/** Which tenant a request is about: one, or an alias that leaves it to the user. */
export type Authority =
  | { kind: "tenant"; tenant: Tenant }
  | { kind: "alias"; alias: "common" | "organizations" | "consumers" }

/** A user as one tenant sees them: a member, or a guest with an object id of their own there. */
export interface Account {
  user: User
  tenantId: string
  /** The object id in `tenantId`. */
  oid: string
  guest: boolean
}

export interface DirectoryContent {
  tenants: readonly TenantInput[]
  apps: readonly AppRegistrationInput[]
  users: readonly UserInput[]
  managedIdentities: readonly ManagedIdentity[]
}

/** Tenants, registrations and users: what an administrator could change. */
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
    })
    for (const tenant of content.tenants) this.putTenant(tenant)
    this.putApp(graphRegistration(cloud.msgraphHost))
    for (const app of content.apps) this.putApp(app)
    for (const user of content.users) this.putUser(user)
  }

  get tenants(): readonly Tenant[] {
    return [...this.#tenants.values()]
  }

  /** Without Graph. */
  get apps(): readonly AppRegistration[] {
    return [...this.#apps.values()].filter((app) => app.clientId !== graphClientId)
  }

  get users(): readonly User[] {
    return [...this.#users.values()]
  }

  putTenant(tenant: TenantInput): void {
    const parsed = tenantSchema.parse(tenant)
    this.#tenants.set(parsed.id, parsed)
  }

  /** Adds a registration, or replaces the one with its client id. */
  putApp(app: AppRegistrationInput): void {
    const parsed = appSchema.parse(app)
    this.#apps.set(parsed.clientId, parsed)
  }

  /** Adds a user, or replaces the one with its username. */
  putUser(user: UserInput): void {
    const parsed = userSchema.parse(user)
    this.#users.set(parsed.username, parsed)
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

  /** The registration whose App ID URI or client id `identifier` is, exactly. */
  resource(identifier: string): AppRegistration | undefined {
    if (isGuid(identifier)) return this.app(identifier)
    return [...this.#apps.values()].find((app) => app.identifierUris.includes(identifier))
  }

  /** The user as `tenantId` knows them; `undefined` if it does not. */
  account(user: User, tenantId: string): Account | undefined {
    if (user.tenantId === tenantId) return { user, tenantId, oid: user.id, guest: false }
    const guest = user.guestIn.find((entry) => entry.tenantId === tenantId)
    return guest && { user, tenantId, oid: guest.id, guest: true }
  }

  /** Everyone who can sign in to the tenant, or to any if it is undefined. */
  accounts(tenantId: string | undefined): Account[] {
    return this.users.flatMap((user) => this.account(user, tenantId ?? user.tenantId) ?? [])
  }
}

/** Whether the registration works in the tenant: it is at home there, or open to other tenants. */
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

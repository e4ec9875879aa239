import type { AppRegistrationInput } from "./app-registration.ts"
import type { TenantInput } from "./tenant.ts"
import type { UserInput } from "./user.ts"
import { consumersTenantId } from "./well-known-ids.ts"

const contosoId = "a7ebd260-fe25-45bc-b77b-422f176b10ea"
const fabrikamId = "d64e1151-e4d6-48c4-b7b2-6b08b64ea82b"

/** The seeded tenant Contoso, in which {@link defaultApp} is registered. */
export const defaultTenant = {
  id: contosoId,
  domains: ["contoso.example"],
  name: "Contoso",
} satisfies TenantInput

/** The seeded tenant Fabrikam. */
export const otherTenant = {
  id: fabrikamId,
  domains: ["fabrikam.example"],
  name: "Fabrikam",
} satisfies TenantInput

/** The seeded tenants. */
export const defaultTenants: TenantInput[] = [defaultTenant, otherTenant]

const defaultClientId = "1a10cfee-f60f-4261-91f2-8d23619ee0f9"

/** A confidential web application with an API of its own, registered in {@link defaultTenant} only. */
export const defaultApp = {
  clientId: defaultClientId,
  clientSecret: "emulated-secret-of-the-default-app",
  redirectUri: "http://localhost:8000/auth/callback",
} as const

/** A confidential web application for users of every organization and personal accounts. */
export const multiTenantApp = {
  clientId: "97f1789e-a9cc-4c29-b34b-09f058565598",
  clientSecret: "emulated-secret-of-the-multi-tenant-app",
  redirectUri: "http://localhost:8000/auth/callback",
} as const

/** A public client (a desktop program) in {@link defaultTenant}, pre-authorized for {@link defaultApp}'s API. */
export const publicApp = {
  clientId: "d2568737-203a-4b98-9baf-0d107ed01ce5",
  redirectUri: "http://localhost/",
} as const

const exposedScopes = [
  { value: "access_as_user", description: "Use the tools on your behalf" },
  { value: "tools.write", description: "Change things on your behalf" },
  { value: "tools.admin", description: "Manage the tools of your organization", adminOnly: true },
]

/** The seeded application registrations. */
export const defaultApps: AppRegistrationInput[] = [
  {
    clientId: defaultApp.clientId,
    name: "Doorward (local)",
    tenantId: contosoId,
    redirectUris: [defaultApp.redirectUri],
    secrets: [defaultApp.clientSecret],
    identifierUris: [`api://${defaultApp.clientId}`],
    scopes: exposedScopes,
    appRoles: ["Tools.Reader", "Tools.Admin"],
    requestedAccessTokenVersion: 2,
    preAuthorizedClients: [publicApp.clientId],
  },
  {
    clientId: multiTenantApp.clientId,
    name: "Doorward for every organization (local)",
    tenantId: contosoId,
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    redirectUris: [multiTenantApp.redirectUri],
    secrets: [multiTenantApp.clientSecret],
    identifierUris: [`api://${multiTenantApp.clientId}`],
    scopes: exposedScopes,
    requestedAccessTokenVersion: 2,
  },
  {
    clientId: publicApp.clientId,
    name: "Desktop client (local)",
    tenantId: contosoId,
    redirectUris: [{ uri: publicApp.redirectUri, platform: "public" }],
    allowPublicClientFlows: true,
  },
]

/** More groups than fit in a token, so that it has a link in their place. */
const manyGroups = Array.from(
  { length: 250 },
  (_, index) => `0bfeab0b-52a6-4a3b-92a6-${index.toString(16).padStart(12, "0")}`,
)

const personal = (name: string, domain: string) => `${name}@${domain}`

/** The seeded users. */
export const defaultUsers: UserInput[] = [
  {
    id: "50eef56c-98dd-4e5e-9886-e18fc3cfb335",
    tenantId: contosoId,
    username: personal("alice", "contoso.example"),
    name: "Alice Okafor",
    email: personal("alice", "contoso.example"),
    jobTitle: "Administrator",
    admin: true,
    roles: { [defaultClientId]: ["Tools.Reader", "Tools.Admin"] },
  },
  {
    id: "e53ce283-246f-47be-96da-b5dff3476c9d",
    tenantId: contosoId,
    username: personal("bob", "contoso.example"),
    name: "Bob Lindqvist",
    email: personal("bob", "contoso.example"),
    jobTitle: "Engineer",
    groups: ["14c20307-e7b2-4d15-94bc-e2d6f2a77434"],
    roles: { [defaultClientId]: ["Tools.Reader"] },
  },
  {
    id: "f6200ea8-11b1-41f8-9f18-1895fab37df7",
    tenantId: contosoId,
    username: personal("grace", "contoso.example"),
    name: "Grace Moreau",
    email: personal("grace", "contoso.example"),
    jobTitle: "Member of 250 groups",
    groups: manyGroups,
  },
  {
    id: "1c8e5761-d122-4fbd-b4d6-036922caf816",
    tenantId: contosoId,
    username: personal("dora", "contoso.example"),
    name: "Dora Petrov",
    jobTitle: "Left the company",
    disabled: true,
  },
  {
    id: "c1ab2aea-370a-46e5-9486-7e74865b982f",
    tenantId: fabrikamId,
    username: personal("carol", "fabrikam.example"),
    name: "Carol Haddad",
    email: personal("carol", "fabrikam.example"),
    jobTitle: "Partner",
    guestIn: [{ tenantId: contosoId, id: "971f00dc-6eda-489b-b811-121d063a17cf" }],
  },
  {
    id: "bfcd3a2c-ece7-46a6-a197-1bb0dd37683c",
    tenantId: fabrikamId,
    username: personal("frank", "fabrikam.example"),
    name: "Frank Weber",
    email: personal("frank", "fabrikam.example"),
    jobTitle: "Administrator of Fabrikam",
    admin: true,
  },
  {
    id: "00000000-0000-0000-66f3-3332eca7ea81",
    tenantId: consumersTenantId,
    username: personal("pat", "outlook.example"),
    name: "Pat Silva",
    email: personal("pat", "outlook.example"),
  },
]

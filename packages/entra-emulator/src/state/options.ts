import { z } from "zod"
import { isAadstsCode } from "../aadsts/aadsts.ts"

const guid = z.guid().toLowerCase()
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""))
/** An instant as ISO 8601 text, such as `2030-01-31T00:00:00Z`. */
const instant = z.iso.datetime({ offset: true })

export const tenantSchema = z.strictObject({
  id: guid,
  /** Verified domains; the first is the default one. */
  domains: z.tuple([z.string().toLowerCase()], z.string().toLowerCase()),
  name: z.string(),
  /** Whether ordinary users may consent for themselves. Default: true. */
  userConsent: z.boolean().default(true),
  /**
   * Whether an application that asks for a token for itself must name itself by GUID
   * (`<clientId>/<scope>`), as some tenants demand. Default: false.
   */
  selfByGuidOnly: z.boolean().default(false),
})

const redirectUriSchema = z.union([
  z.string().transform((uri) => ({ uri, platform: "web" as const })),
  z.strictObject({ uri: z.string(), platform: z.enum(["web", "spa", "public"]) }),
])

const secretSchema = z.union([
  z.string().transform((value) => ({ value })),
  z.strictObject({ value: z.string(), expiresAt: instant.optional() }),
])

const scopeSchema = z.union([
  z.string().transform((value) => ({ value, description: value, adminOnly: false })),
  z.strictObject({
    value: z.string(),
    /** What the permission page says. */
    description: z.string(),
    /** Whether only an administrator may consent. Default: false. */
    adminOnly: z.boolean().default(false),
  }),
])

const federatedCredentialSchema = z.strictObject({
  issuer: z.string(),
  subject: z.string(),
  audience: z.string().default("api://AzureADTokenExchange"),
  /** The issuer's public keys. Not needed if the issuer is a tenant of the emulator. */
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
})

export const appSchema = z.strictObject({
  clientId: guid,
  name: z.string(),
  /** The tenant that the application is registered in. */
  tenantId: guid,
  signInAudience: z
    .enum([
      "AzureADMyOrg",
      "AzureADMultipleOrgs",
      "AzureADandPersonalMicrosoftAccount",
      "PersonalMicrosoftAccount",
    ])
    .default("AzureADMyOrg"),
  /** A string is a redirect URI of the web platform. */
  redirectUris: z.array(redirectUriSchema).default([]),
  secrets: z.array(secretSchema).default([]),
  /** Certificates in PEM. */
  certificates: z.array(z.string()).default([]),
  federatedCredentials: z.array(federatedCredentialSchema).default([]),
  /** Whether flows without a redirect (device code) work without a credential. Default: false. */
  allowPublicClientFlows: z.boolean().default(false),
  /** App ID URIs. Default: none; the GUID always works. */
  identifierUris: z.array(z.string()).default([]),
  /** The scopes that the application exposes as an API. */
  scopes: z.array(scopeSchema).default([]),
  appRoles: z.array(z.string()).default([]),
  /** The version of access tokens *for* this application. `null` means 1, as in the manifest. */
  requestedAccessTokenVersion: z.union([z.literal(1), z.literal(2), z.null()]).default(null),
  groupMembershipClaims: z.enum(["None", "SecurityGroup", "All"]).default("None"),
  /** Whether only users with an app role may sign in. Default: false. */
  assignmentRequired: z.boolean().default(false),
  /** Clients (by id) that need no consent for this application's scopes. */
  preAuthorizedClients: z.array(guid).default([]),
  /**
   * The delegated permissions that the registration lists: scopes by the API's client id. `.default` and
   * admin consent ask for these. Default: Graph's User.Read, as in the portal.
   */
  delegatedPermissions: z
    .record(guid, z.array(z.string()))
    .default({ "00000003-0000-0000-c000-000000000000": ["User.Read"] }),
  /** App roles of other applications granted to this one, for client credentials: roles by client id. */
  applicationPermissions: z.record(guid, z.array(z.string())).default({}),
})

export const userSchema = z.strictObject({
  /** The object id in the home tenant. */
  id: guid,
  tenantId: guid,
  /** The user principal name: what is typed at sign-in. */
  username: z.string().toLowerCase(),
  name: z.string(),
  email: z.string().optional(),
  jobTitle: z.string().optional(),
  /** Whether the user is an administrator of the home tenant. Default: false. */
  admin: z.boolean().default(false),
  disabled: z.boolean().default(false),
  /** Whether a second factor has been set up. Default: true. */
  mfaRegistered: z.boolean().default(true),
  /** Object ids of security groups. */
  groups: z.array(guid).default([]),
  /** App roles by client id. */
  roles: z.record(guid, z.array(z.string())).default({}),
  /** Other tenants that know this user as a guest, with the guest's object id there. */
  guestIn: z.array(z.strictObject({ tenantId: guid, id: guid })).default([]),
})

/** A managed identity: a workload that gets tokens from IMDS or App Service without a secret. */
const managedIdentitySchema = z.strictObject({
  clientId: guid,
  /** The object id, which is the `sub` and `oid` of its tokens. */
  id: guid,
  tenantId: guid,
})

export const conditionalAccessSchema = z.strictObject({
  id: guid.optional(),
  /** What the policy asks for: a second factor, or nothing helps. */
  control: z.enum(["mfa", "block"]),
  /** Usernames. Default: everybody. */
  users: z.array(z.string().toLowerCase()).optional(),
  /** Client ids of the resources (APIs) that are protected. Default: all. */
  resources: z.array(guid).optional(),
})

/** Where a fault strikes. */
const endpointSchema = z.enum([
  "authorize",
  "token",
  "devicecode",
  "discovery",
  "keys",
  "graph",
  "managed-identity",
])

export const faultSchema = z
  .strictObject({
    endpoint: endpointSchema,
    /** Only requests of this grant type (token endpoint). */
    grantType: z.string().optional(),
    /** Answer with this AADSTS error instead of doing the work. */
    code: z.number().refine(isAadstsCode, "not an AADSTS code the emulator knows").optional(),
    /** Answer with this HTTP status and a page that is no JSON, as a broken gateway does. */
    status: z.number().int().min(400).max(599).optional(),
    /** Seconds for `Retry-After`. */
    retryAfter: z.number().int().optional(),
    /** Never answer. */
    hang: z.literal(true).optional(),
    /** How many requests it strikes. Default: every one, until `recover`. */
    times: z.number().int().min(1).optional(),
  })
  .refine(
    (fault) => [fault.code, fault.status, fault.hang].filter((x) => x !== undefined).length === 1,
    "a fault has exactly one of code, status and hang",
  )
  .refine(
    ({ code, endpoint }) =>
      code === undefined || ["authorize", "token", "devicecode"].includes(endpoint),
    "only authorize, token and devicecode answer with an AADSTS code",
  )

export const emulatorOptionsSchema = z.strictObject({
  /**
   * Where clients reach the emulator: endpoint URLs are built from it.
   * Default: `https://login.microsoftonline.com`, for use as an in-process `fetch`.
   */
  baseUrl: origin.default("https://login.microsoftonline.com"),
  /** The start of every v2.0 issuer. Default: `baseUrl`. */
  issuerBase: origin.optional(),
  /** Where clients reach Graph. Default: `baseUrl`, or the cloud's Graph if `baseUrl` is a real one. */
  graphUrl: origin.optional(),
  tenants: z.array(tenantSchema).optional(),
  apps: z.array(appSchema).optional(),
  users: z.array(userSchema).optional(),
  managedIdentities: z.array(managedIdentitySchema).default([]),
  conditionalAccess: z.array(conditionalAccessSchema).default([]),
  faults: z.array(faultSchema).default([]),
  /**
   * What `resource` does at the v2.0 endpoints. `match` (since 2026): it must be the resource of the
   * scopes, else AADSTS9010010. `refuse` (before): always AADSTS901002. Default: `match`.
   */
  resourceParameter: z.enum(["match", "refuse"]).default("match"),
  /** Seconds. Default: random, 60 to 90 minutes. */
  accessTokenLifetime: z.int().positive().optional(),
  /** Seconds between a device's polls. Default: 5. */
  devicePollingInterval: z.number().min(0).default(5),
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now: z.custom<() => number>((value) => typeof value === "function").optional(),
})

export type Tenant = z.infer<typeof tenantSchema>
export type AppRegistration = z.infer<typeof appSchema>
export type RedirectUri = AppRegistration["redirectUris"][number]
export type User = z.infer<typeof userSchema>
export type ManagedIdentity = z.infer<typeof managedIdentitySchema>
export type ConditionalAccessPolicy = z.infer<typeof conditionalAccessSchema>
export type Endpoint = z.infer<typeof endpointSchema>
export type Fault = z.infer<typeof faultSchema>
export type TenantInput = z.input<typeof tenantSchema>
export type AppRegistrationInput = z.input<typeof appSchema>
export type UserInput = z.input<typeof userSchema>
export type FaultInput = z.input<typeof faultSchema>
export type EntraEmulatorOptions = z.input<typeof emulatorOptionsSchema>
export type EntraEmulatorSettings = z.infer<typeof emulatorOptionsSchema>

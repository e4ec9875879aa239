import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { guid } from "./schema-parts.ts"
import { graphClientId } from "./well-known-ids.ts"

/** An application registration, with the settings that the Azure portal has for it. */
export interface AppRegistrationInput {
  /** The client id, a GUID. */
  clientId: string
  /** The display name. */
  name: string
  /** The tenant that the application is registered in, a GUID. */
  tenantId: string
  /** Whose users may sign in. Default: `AzureADMyOrg`, users of `tenantId` only. */
  signInAudience?:
    | "AzureADMyOrg"
    | "AzureADMultipleOrgs"
    | "AzureADandPersonalMicrosoftAccount"
    | "PersonalMicrosoftAccount"
    | undefined
  /** Redirect URIs. A string is a redirect URI of the web platform. Default: none. */
  redirectUris?: readonly (string | RedirectUriInput)[] | undefined
  /** Client secrets. A string is a secret that never expires. Default: none. */
  secrets?: readonly (string | SecretInput)[] | undefined
  /** Certificates that client assertions may be signed with (RFC 7523), in PEM. Default: none. */
  certificates?: readonly string[] | undefined
  /** Identity providers whose tokens the application may send as client assertions. Default: none. */
  federatedCredentials?: readonly FederatedCredentialInput[] | undefined
  /** Whether flows without a redirect (device code) work without a credential. Default: false. */
  allowPublicClientFlows?: boolean | undefined
  /** App ID URIs. The client id always works too. Default: none. */
  identifierUris?: readonly string[] | undefined
  /** The scopes that the application exposes as an API. A string is a scope for everybody. Default: none. */
  scopes?: readonly (string | ScopeInput)[] | undefined
  /** The app roles that users and applications can have. Default: none. */
  appRoles?: readonly string[] | undefined
  /**
   * The version of access tokens *for* this application. As in the manifest, `null` means 1. Default:
   * `null`.
   */
  requestedAccessTokenVersion?: 1 | 2 | null | undefined
  /** Which groups tokens for this application contain. `All` adds directory roles. Default: `None`. */
  groupMembershipClaims?: "None" | "SecurityGroup" | "All" | undefined
  /** Whether only users with an app role may sign in. Default: false. */
  assignmentRequired?: boolean | undefined
  /** Client ids that need no consent for this application's scopes. Default: none. */
  preAuthorizedClients?: readonly string[] | undefined
  /**
   * The delegated permissions that the registration lists: scopes, by the API's client id. `.default` and
   * admin consent request these. Default: Graph's `User.Read`, as in the portal.
   */
  delegatedPermissions?: Readonly<Record<string, readonly string[]>> | undefined
  /**
   * App roles of other applications that this one has been granted, by their client id. Tokens of the
   * client credentials grant contain them. Default: none.
   */
  applicationPermissions?: Readonly<Record<string, readonly string[]>> | undefined
  /**
   * The client id of the blueprint that this application, an agent identity of Entra Agent ID, was made
   * from. Its tokens then say so. Default: it is no agent.
   */
  agentBlueprintId?: string | undefined
}

/** A redirect URI and its platform. */
export interface RedirectUriInput {
  /** The redirect URI, compared exactly except for the port of `http://localhost`. */
  uri: string
  /** The kind of client: a web server, a single-page application, or a public (native) client. */
  platform: "web" | "spa" | "public"
}

/** A client secret. */
export interface SecretInput {
  /** The secret itself. */
  value: string
  /** When it expires: ISO 8601, such as `2030-01-31T00:00:00Z`. Default: never. */
  expiresAt?: string | undefined
}

/** A scope of an API. */
export interface ScopeInput {
  /** The short name, such as `access_as_user`. */
  value: string
  /** What the permission page says. */
  description: string
  /** Whether only an administrator may consent. Default: false. */
  adminOnly?: boolean | undefined
}

/** An identity provider whose tokens are accepted as client assertions (workload identity federation). */
export interface FederatedCredentialInput {
  /** The `iss` of the tokens. */
  issuer: string
  /** The `sub` of the tokens. */
  subject: string
  /** The `aud` of the tokens. Default: `api://AzureADTokenExchange`. */
  audience?: string | undefined
  /** The issuer's public keys (RFC 7517). Not needed if the issuer is a tenant of the emulator. */
  jwks?: { keys: readonly Readonly<Record<string, unknown>>[] } | undefined
}

const expiresAt = z.iso.datetime({
  offset: true,
  error: "must be a date and time with its offset, such as 2030-01-31T00:00:00Z",
})

const redirectUriSchema = z.union([
  z.string().transform((uri) => ({ uri, platform: "web" as const })),
  z.strictObject({
    uri: z.string(),
    platform: z.enum(["web", "spa", "public"]),
  } satisfies OptionFields<RedirectUriInput>),
])

const secretSchema = z.union([
  z.string().transform((value) => ({ value })),
  z.strictObject({
    value: z.string(),
    expiresAt: expiresAt.optional(),
  } satisfies OptionFields<SecretInput>),
])

const scopeSchema = z.union([
  z.string().transform((value) => ({ value, description: value, adminOnly: false })),
  z.strictObject({
    value: z.string(),
    description: z.string(),
    adminOnly: z.boolean().default(false),
  } satisfies OptionFields<ScopeInput>),
])

const federatedCredentialSchema = z.strictObject({
  issuer: z.string(),
  subject: z.string(),
  audience: z.string().default("api://AzureADTokenExchange"),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
} satisfies OptionFields<FederatedCredentialInput>)

export const appSchema = z.strictObject({
  clientId: guid,
  name: z.string(),
  tenantId: guid,
  signInAudience: z
    .enum([
      "AzureADMyOrg",
      "AzureADMultipleOrgs",
      "AzureADandPersonalMicrosoftAccount",
      "PersonalMicrosoftAccount",
    ])
    .default("AzureADMyOrg"),
  redirectUris: z.array(redirectUriSchema).default([]),
  secrets: z.array(secretSchema).default([]),
  certificates: z.array(z.string()).default([]),
  federatedCredentials: z.array(federatedCredentialSchema).default([]),
  allowPublicClientFlows: z.boolean().default(false),
  identifierUris: z.array(z.string()).default([]),
  scopes: z.array(scopeSchema).default([]),
  appRoles: z.array(z.string()).default([]),
  requestedAccessTokenVersion: z.literal([1, 2, null]).default(null),
  groupMembershipClaims: z.enum(["None", "SecurityGroup", "All"]).default("None"),
  assignmentRequired: z.boolean().default(false),
  preAuthorizedClients: z.array(guid).default([]),
  delegatedPermissions: z
    .record(guid, z.array(z.string()))
    .default({ [graphClientId]: ["User.Read"] }),
  applicationPermissions: z.record(guid, z.array(z.string())).default({}),
  agentBlueprintId: guid.optional(),
} satisfies OptionFields<AppRegistrationInput>)

export type AppRegistration = z.infer<typeof appSchema>
export type RedirectUri = AppRegistration["redirectUris"][number]

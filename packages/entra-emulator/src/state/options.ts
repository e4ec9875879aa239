import { functionOption, type OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { type AppRegistrationInput, appSchema } from "../directory/app-registration.ts"
import {
  type ConditionalAccessPolicyInput,
  conditionalAccessPolicySchema,
} from "../directory/conditional-access.ts"
import { defaultApps, defaultTenants, defaultUsers } from "../directory/defaults.ts"
import { type ManagedIdentityInput, managedIdentitySchema } from "../directory/managed-identity.ts"
import type { ResourceParameterRule } from "../directory/resource-parameter.ts"
import { type TenantInput, tenantSchema } from "../directory/tenant.ts"
import { type UserInput, userSchema } from "../directory/user.ts"
import { type FaultInput, faultSchema } from "./faults.ts"

/** The options of an emulator. Without any it stands in for the global cloud, with seeded content. */
export interface EntraEmulatorOptions {
  /**
   * The URL at which clients reach the emulator, from which endpoint URLs are built. Default:
   * `https://login.microsoftonline.com`, for use as an in-process `fetch`.
   */
  baseUrl?: string | undefined
  /** The start of every v2.0 issuer, an http or https URL. Default: `baseUrl`. */
  issuerBase?: string | undefined
  /**
   * The URL at which clients reach Graph; the same `fetch` answers there. Default: the Graph of the cloud
   * if `baseUrl` is a real login host, otherwise `baseUrl`.
   */
  graphUrl?: string | undefined
  /** The tenants, besides that of personal accounts, which always exists. Default: `defaultTenants`. */
  tenants?: readonly TenantInput[] | undefined
  /** The application registrations, besides Graph's, which always exists. Default: `defaultApps`. */
  apps?: readonly AppRegistrationInput[] | undefined
  /** The users. Default: `defaultUsers`. */
  users?: readonly UserInput[] | undefined
  /** The managed identities. Default: none. */
  managedIdentities?: readonly ManagedIdentityInput[] | undefined
  /** The Conditional Access policies. Default: none. */
  conditionalAccess?: readonly ConditionalAccessPolicyInput[] | undefined
  /** Requests that fail from the start. Default: none. */
  faults?: readonly FaultInput[] | undefined
  /**
   * What the v2.0 endpoints do with `resource` (RFC 8707). `match`, as Entra does since 2026: it must be
   * the resource of the scopes, or the request fails with AADSTS9010010. `refuse`, as before: the request
   * always fails with AADSTS901002. Default: `match`.
   */
  resourceParameter?: ResourceParameterRule | undefined
  /** The lifetime of access tokens, in seconds. Default: random, from 60 to 90 minutes. */
  accessTokenSeconds?: number | undefined
  /** How long a device waits between two polls, in seconds. Default: 5. */
  devicePollingSeconds?: number | undefined
  /** The clock: milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined
}

const baseUrl = z
  .url({
    protocol: /^https?$/,
    error: ({ code }) => (code === "invalid_format" ? "must be an http or https URL" : undefined),
  })
  .transform((url) => url.replace(/\/+$/, ""))

export const emulatorOptionsSchema = z.strictObject({
  baseUrl: baseUrl.default("https://login.microsoftonline.com"),
  issuerBase: baseUrl.optional(),
  graphUrl: baseUrl.optional(),
  tenants: z.array(tenantSchema).default(() => z.array(tenantSchema).parse(defaultTenants)),
  apps: z.array(appSchema).default(() => z.array(appSchema).parse(defaultApps)),
  users: z.array(userSchema).default(() => z.array(userSchema).parse(defaultUsers)),
  managedIdentities: z.array(managedIdentitySchema).default([]),
  conditionalAccess: z.array(conditionalAccessPolicySchema).default([]),
  faults: z.array(faultSchema).default([]),
  resourceParameter: z.enum(["match", "refuse"]).default("match"),
  accessTokenSeconds: z.int().positive().optional(),
  devicePollingSeconds: z.number().min(0).default(5),
  now: functionOption<() => number>().optional(),
} satisfies OptionFields<EntraEmulatorOptions>)

export type EntraEmulatorSettings = z.infer<typeof emulatorOptionsSchema>

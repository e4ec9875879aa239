import type { OptionFields } from "@doorward/boundary"
import { addProblem, isGuid } from "@doorward/boundary"
import {
  callFields,
  secureUrl,
  type UpstreamCallOptions,
  whenMissing,
} from "@doorward/upstream-client"
import { z } from "zod"
import { type Authority, authorityOf, type TokenVersion } from "./authority.ts"
import { cloudOf, globalAuthorityHost } from "./cloud.ts"
import { isTenantAlias } from "./tenants.ts"

/** What the proxy and the direct mode have in common: which tenant, which API, which tokens. */
export interface RegistrationOptions extends UpstreamCallOptions {
  /**
   * The tenant: its GUID, one of its domains, or `organizations`, `common` or `consumers` for several
   * tenants.
   */
  tenantId: string
  /** The Application (client) ID of the app registration, a GUID. */
  clientId: string
  /**
   * The tenants whose people may sign in, by GUID; `*` allows every tenant. Required if `tenantId` is
   * `organizations`, `common` or `consumers`. Default: the tenant of `tenantId`.
   */
  allowedTenants?: readonly string[] | undefined
  /** The Application ID URI of the API. Default: `api://{clientId}`. */
  identifierUri?: string | undefined
  /**
   * The values of `aud` that the API's tokens may have (RFC 7519 §4.1.3). Set it if the API is another
   * app registration than `clientId`. Default: `clientId`, and for v1.0 tokens also `identifierUri`.
   */
  acceptedAudiences?: readonly string[] | undefined
  /** The version of the API's tokens: `requestedAccessTokenVersion` of its registration. Default: 2. */
  tokenVersion?: TokenVersion | undefined
  /** The host where people sign in, as a URL. Default: `https://login.microsoftonline.com`. */
  authorityHost?: string | undefined
}

const notEmpty = "must not be empty"
const findTenantId =
  "the Directory (tenant) ID on the app registration's Overview page, a domain of the tenant, or organizations, common or consumers"
const findClientId = "the Application (client) ID on the app registration's Overview page"
const listTenants = "list tenants by their Directory (tenant) ID, or write * for any"
const domain = /^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/

export const registrationFields = {
  tenantId: z
    .string(whenMissing(`set it to ${findTenantId}`))
    .toLowerCase()
    .refine(
      (value) => isGuid(value) || isTenantAlias(value) || domain.test(value),
      `must be ${findTenantId}`,
    ),
  clientId: z
    .string(whenMissing(`set it to ${findClientId}`))
    .refine(isGuid, `must be ${findClientId}, a GUID`)
    .toLowerCase(),
  allowedTenants: z
    .array(
      z.union(
        [
          z.literal("*"),
          z.string().refine(isGuid, `must be a GUID or *; ${listTenants}`).toLowerCase(),
        ],
        { error: `must be a GUID or *; ${listTenants}` },
      ),
    )
    .min(1, `must not be empty, or nobody could sign in; ${listTenants}`)
    .optional(),
  identifierUri: z
    .string()
    .min(1, notEmpty)
    .transform((uri) => uri.replace(/\/+$/, ""))
    .optional(),
  acceptedAudiences: z.array(z.string().min(1, notEmpty)).min(1, notEmpty).optional(),
  tokenVersion: z.union([z.literal(1), z.literal(2)], { error: "must be 1 or 2" }).default(2),
  authorityHost: secureUrl.default(globalAuthorityHost),
  ...callFields,
} satisfies OptionFields<RegistrationOptions>

type RegistrationFields = z.output<z.ZodObject<typeof registrationFields>>

/** Which tenant, which API and which tokens, with every default filled in. */
export interface Registration {
  authority: Authority
  clientId: string
  allowedTenants: readonly string[] | undefined
  identifierUri: string
  audiences: readonly string[]
  tokenVersion: TokenVersion
}

export function registrationOf(fields: RegistrationFields): Registration {
  const { clientId, tokenVersion, allowedTenants } = fields
  const identifierUri = fields.identifierUri ?? `api://${clientId}`
  return {
    authority: authorityOf(cloudOf(new URL(fields.authorityHost)), fields.tenantId),
    clientId,
    allowedTenants,
    identifierUri,
    tokenVersion,
    audiences:
      fields.acceptedAudiences ?? (tokenVersion === 1 ? [clientId, identifierUri] : [clientId]),
  }
}

/** Letting any tenant in must be explicit, and a list that excludes the only tenant is a mistake. */
export function checkTenants(
  { tenantId, allowedTenants }: { tenantId?: unknown; allowedTenants?: unknown },
  context: z.core.$RefinementCtx,
): void {
  if (typeof tenantId !== "string") return
  const path = ["allowedTenants"]
  if (isTenantAlias(tenantId) && allowedTenants === undefined) {
    addProblem(
      context,
      path,
      (name) =>
        `is missing; with ${tenantId} as ${name("tenantId")} anybody could sign in: ${listTenants}`,
    )
  }
  if (!isGuid(tenantId) || !Array.isArray(allowedTenants) || allowedTenants.length === 0) return
  if (allowedTenants.includes("*") || allowedTenants.includes(tenantId)) return
  addProblem(
    context,
    path,
    (name) => `must include the tenant of ${name("tenantId")}, or nobody could sign in`,
  )
}

import { callFields, secureUrl } from "@doorward/provider-oidc/upstream"
import { z } from "zod"
import { type Authority, authorityOf, type TokenVersion } from "./authority.ts"
import { cloudOf, globalAuthorityHost } from "./cloud.ts"
import { isGuid, isTenantAlias } from "./tenants.ts"

const guid = (mend: string) =>
  z
    .string({ error: `missing; ${mend}` })
    .refine(isGuid, `is not a GUID; ${mend}`)
    .toLowerCase()

const findTenantId =
  "set it to the Directory (tenant) ID on the app registration's Overview page, to a domain of the tenant, or to organizations, common or consumers"
const nameTenants = "name tenants by their Directory (tenant) ID, or write * for any"
const domain = /^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/

/** What the proxy and the direct mode have in common: which tenant, which API, which tokens. */
export const registrationFields = {
  /** GUID or domain of the tenant, or `organizations`, `common` or `consumers`. */
  tenantId: z
    .string({ error: `missing; ${findTenantId}` })
    .toLowerCase()
    .refine(
      (value) => isGuid(value) || isTenantAlias(value) || domain.test(value),
      `names no tenant; ${findTenantId}`,
    ),
  /** Application (client) ID. */
  clientId: guid("set it to the Application (client) ID on the app registration's Overview page"),
  /**
   * The tenants whose people may sign in, by GUID; `*` allows every one. Required with
   * `organizations`, `common` and `consumers`. Default: the tenant that `tenantId` names.
   */
  allowedTenants: z
    .array(
      z.union([z.literal("*"), guid(nameTenants)], { error: `names no tenant; ${nameTenants}` }),
    )
    .min(1, `is empty, so nobody could sign in; ${nameTenants}`)
    .optional(),
  /** Application ID URI of the API. Default: `api://{clientId}`. */
  identifierUri: z
    .string()
    .min(1, "is empty")
    .transform((uri) => uri.replace(/\/+$/, ""))
    .optional(),
  /**
   * The `aud` that the API's tokens may carry. Default: `clientId`, and with v1.0 tokens
   * `identifierUri` too. To be set if the API is another app registration than `clientId`.
   */
  acceptedAudiences: z.array(z.string().min(1)).min(1, "is empty").optional(),
  /** `requestedAccessTokenVersion` of the API's registration. Default: 2. */
  tokenVersion: z.union([z.literal(1), z.literal(2)], { error: "must be 1 or 2" }).default(2),
  /** Where people sign in. Default: `https://login.microsoftonline.com`. */
  authorityHost: secureUrl.default(globalAuthorityHost),
  ...callFields,
}

interface RegistrationFields {
  tenantId: string
  clientId: string
  allowedTenants?: readonly string[] | undefined
  identifierUri?: string | undefined
  acceptedAudiences?: readonly string[] | undefined
  tokenVersion: TokenVersion
  authorityHost: string
}

/** Which tenant, which API and which tokens, with every default in its place. */
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

/** An alias that allows whoever comes must be said, and a list that shuts out the only tenant is a mistake. */
export function checkTenants(
  { tenantId, allowedTenants }: Pick<RegistrationFields, "tenantId" | "allowedTenants">,
  context: { addIssue(issue: { code: "custom"; path: string[]; message: string }): void },
): void {
  const path = ["allowedTenants"]
  if (isTenantAlias(tenantId) && allowedTenants === undefined) {
    const message = `missing; with the tenantId ${tenantId} anybody could sign in: ${nameTenants}`
    context.addIssue({ code: "custom", path, message })
  }
  if (!isGuid(tenantId) || allowedTenants === undefined) return
  if (allowedTenants.includes("*") || allowedTenants.includes(tenantId)) return
  context.addIssue({
    code: "custom",
    path,
    message: "does not contain tenantId, so nobody could sign in",
  })
}

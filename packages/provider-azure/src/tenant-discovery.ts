import { isGuid } from "@doorward/boundary"
import { IdentityProviderError } from "@doorward/oauth-core"
import { refusedResponse, upstreamFetch } from "@doorward/upstream-client"
import { z } from "zod"
import { explainEntraRefusal } from "./aadsts/entra-refusal.ts"
import type { Authority } from "./authority.ts"
import type { EntraCalls } from "./entra-calls.ts"
import { isTenantAlias } from "./tenants.ts"

const metadataSchema = z.object({ issuer: z.string() })

export interface TenantMetadata {
  /** The tenant's GUID, or `{tenantid}` for an alias. */
  tenantId: string
  /** The server's time in milliseconds since the epoch, if the answer contains it. */
  serverTime: number | undefined
}

/**
 * Looks a tenant up (OpenID Connect Discovery 1.0 §4).
 *
 * @throws {IdentityProviderError} `operator` if the tenant does not exist in this cloud.
 */
export async function tenantMetadata(
  { tenant, cloud }: Authority,
  calls: EntraCalls,
): Promise<TenantMetadata> {
  const url = `${cloud.authorityHost}/${tenant}/v2.0/.well-known/openid-configuration`
  const response = await upstreamFetch(url, { headers: { accept: "application/json" } }, calls)
  const { optionName } = calls
  if (response.status !== 200) {
    throw await refusedResponse(response, (refusal) => explainEntraRefusal(refusal, optionName))
  }
  const body: unknown = await response.json().catch(() => undefined)
  const issuer = metadataSchema.safeParse(body).data?.issuer ?? ""
  const tenantId = issuer.slice(cloud.authorityHost.length + 1).split("/", 1)[0] ?? ""
  const known = isGuid(tenantId) || (isTenantAlias(tenant) && tenantId === "{tenantid}")
  if (!issuer.startsWith(`${cloud.authorityHost}/`) || !known) {
    throw new IdentityProviderError(
      "operator",
      "unusable_metadata",
      `The tenant's metadata names no tenant. Set ${optionName("tenantId")} to the Directory (tenant) ID and check ${optionName("authorityHost")}.`,
    )
  }
  const serverTime = Date.parse(response.headers.get("date") ?? "")
  return { tenantId, serverTime: Number.isNaN(serverTime) ? undefined : serverTime }
}

/**
 * The GUID of a tenant, which is looked up if the tenant is configured by one of its domains: a domain
 * says nothing about the `tid` of a token. An alias is returned unchanged.
 */
export async function resolveTenant(authority: Authority, calls: EntraCalls): Promise<string> {
  const { tenant } = authority
  if (isGuid(tenant) || isTenantAlias(tenant)) return tenant
  return (await tenantMetadata(authority, calls)).tenantId
}

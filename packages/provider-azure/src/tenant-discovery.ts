import { IdentityProviderError } from "@doorward/oauth-core"
import {
  refusedResponse,
  type UpstreamFetchOptions,
  upstreamFetch,
} from "@doorward/provider-oidc/upstream"
import { z } from "zod"
import type { Authority } from "./authority.ts"
import { explainEntraRefusal } from "./entra-error.ts"
import { isGuid, isTenantAlias } from "./tenants.ts"

const metadataSchema = z.object({ issuer: z.string() })

export interface TenantMetadata {
  /** The tenant's GUID, or `{tenantid}` for an alias. */
  tenantId: string
  /** The server's time, in milliseconds since the epoch, if it said so. */
  serverTime: number | undefined
}

/**
 * Looks a tenant up (OpenID Connect Discovery 1.0 §4).
 *
 * @throws {IdentityProviderError} `operator` if the tenant does not exist in this cloud.
 */
export async function tenantMetadata(
  { tenant, cloud }: Authority,
  calls: UpstreamFetchOptions,
): Promise<TenantMetadata> {
  const url = `${cloud.authorityHost}/${tenant}/v2.0/.well-known/openid-configuration`
  const response = await upstreamFetch(url, { headers: { accept: "application/json" } }, calls)
  if (response.status !== 200) throw await refusedResponse(response, explainEntraRefusal)
  const body: unknown = await response.json().catch(() => undefined)
  const issuer = metadataSchema.safeParse(body).data?.issuer ?? ""
  const tenantId = issuer.slice(cloud.authorityHost.length + 1).split("/", 1)[0] ?? ""
  const known = isGuid(tenantId) || (isTenantAlias(tenant) && tenantId === "{tenantid}")
  if (!issuer.startsWith(`${cloud.authorityHost}/`) || !known) {
    throw new IdentityProviderError(
      "operator",
      "unusable_metadata",
      "The tenant's metadata names no tenant. Set tenantId to the Directory (tenant) ID and check authorityHost.",
    )
  }
  const serverTime = Date.parse(response.headers.get("date") ?? "")
  return { tenantId, serverTime: Number.isNaN(serverTime) ? undefined : serverTime }
}

/**
 * The GUID of a tenant that is configured by one of its domains; a GUID or an alias is returned as it is.
 *
 * A domain says nothing about the `tid` of a token, so the tenant is looked up.
 */
export async function resolveTenant(
  authority: Authority,
  calls: UpstreamFetchOptions,
): Promise<string> {
  const { tenant } = authority
  if (isGuid(tenant) || isTenantAlias(tenant)) return tenant
  return (await tenantMetadata(authority, calls)).tenantId
}

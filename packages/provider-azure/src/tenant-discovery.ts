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

/**
 * The GUID of a tenant that is configured by one of its domains; a GUID or an alias is returned as it is.
 *
 * A domain says nothing about the `tid` of a token, so the tenant's metadata is asked once (OpenID
 * Connect Discovery 1.0 §4).
 *
 * @throws {IdentityProviderError} `operator` if the tenant does not exist.
 */
export async function resolveTenant(
  authority: Authority,
  options: UpstreamFetchOptions,
): Promise<string> {
  const { tenant, cloud } = authority
  if (isGuid(tenant) || isTenantAlias(tenant)) return tenant
  const url = `${cloud.authorityHost}/${tenant}/v2.0/.well-known/openid-configuration`
  const response = await upstreamFetch(url, { headers: { accept: "application/json" } }, options)
  if (response.status !== 200) throw await refusedResponse(response, explainEntraRefusal)
  const body: unknown = await response.json().catch(() => undefined)
  const issuer = metadataSchema.safeParse(body).data?.issuer ?? ""
  const tid = issuer.slice(cloud.authorityHost.length + 1).split("/", 1)[0] ?? ""
  if (!issuer.startsWith(`${cloud.authorityHost}/`) || !isGuid(tid)) {
    throw new IdentityProviderError(
      "operator",
      "unusable_metadata",
      "The tenant's metadata names no tenant. Set tenantId to the Directory (tenant) ID and check authorityHost.",
    )
  }
  return tid
}

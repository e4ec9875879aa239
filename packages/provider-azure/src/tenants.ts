import { isGuid } from "@doorward/boundary"
import { IdentityProviderError } from "@doorward/oauth-core"

/** The tenant of every personal Microsoft account. */
export const consumersTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad"

/** Whether a `tenantId` stands for several tenants: a token's `tid` then says which one. */
export function isTenantAlias(tenantId: string): boolean {
  return tenantId === "common" || tenantId === "organizations" || tenantId === "consumers"
}

/** Whether people of a tenant may sign in. `tid` is a lower-case GUID. */
export type TenantPolicy = (tid: string) => boolean

/**
 * Combines `tenantId` and `allowedTenants`. `*` allows every tenant that the alias stands for.
 *
 * @param tenantId a GUID or an alias; a domain has already been resolved.
 */
export function tenantPolicy(
  tenantId: string,
  allowedTenants: readonly string[] | undefined,
): TenantPolicy {
  const inAuthority = (tid: string): boolean => {
    if (tenantId === "common") return true
    if (tenantId === "organizations") return tid !== consumersTenantId
    return tid === (tenantId === "consumers" ? consumersTenantId : tenantId)
  }
  if (allowedTenants === undefined || allowedTenants.includes("*")) return inAuthority
  const allowed = new Set(allowedTenants)
  return (tid) => inAuthority(tid) && allowed.has(tid)
}

/** The refusal of a tenant that the policy does not allow. */
export function tenantRefused(tid: string): IdentityProviderError {
  return new IdentityProviderError(
    "denied",
    "tenant_not_allowed",
    `Accounts of the tenant ${isGuid(tid) ? tid : "of this token"} may not sign in here.`,
  )
}

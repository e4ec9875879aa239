import { isGuid } from "@doorward/boundary"
import { issuerOf, type TokenVersion } from "./authority.ts"
import type { Cloud } from "./cloud.ts"
import type { TenantPolicy } from "./tenants.ts"

type Members = Readonly<Record<string, unknown>>

/**
 * Returns the `iss` that a token must have: that of its tenant, if `tid` is the GUID of an allowed tenant
 * and the key signs for that tenant. Returns `undefined` if no issuer is acceptable.
 */
export function expectedIssuer(
  cloud: Cloud,
  version: TokenVersion,
  allows: TenantPolicy,
): (claims: Members, jwk: Members | undefined) => string | undefined {
  return ({ tid }, jwk) => {
    if (typeof tid !== "string" || !isGuid(tid) || !allows(tid)) return undefined
    if (jwk !== undefined && !signsFor(cloud, tid, jwk)) return undefined
    return issuerOf(cloud, tid, version)
  }
}

/** A key names its issuer in the v2.0 form whatever the token's version, with a tenant or with `{tenantid}`. */
function signsFor(cloud: Cloud, tid: string, { issuer }: Members): boolean {
  return typeof issuer === "string" && issuer.replace("{tenantid}", tid) === issuerOf(cloud, tid, 2)
}

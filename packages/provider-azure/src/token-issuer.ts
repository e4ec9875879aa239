import { issuerOf, type TokenVersion } from "./authority.ts"
import type { Cloud } from "./cloud.ts"
import { isGuid, type TenantPolicy } from "./tenants.ts"

type Members = Readonly<Record<string, unknown>>

/**
 * The `iss` that a token must carry, bound to its tenant and to its key: `tid` is a GUID of an allowed
 * tenant, and the key is one that signs for that tenant. `undefined` if no issuer would do.
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

/** A key names its issuer in the v2.0 form whatever the token's version, for one tenant or for `{tenantid}`. */
function signsFor(cloud: Cloud, tid: string, { issuer }: Members): boolean {
  return typeof issuer === "string" && issuer.replace("{tenantid}", tid) === issuerOf(cloud, tid, 2)
}

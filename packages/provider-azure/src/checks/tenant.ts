import { IdentityProviderError } from "@doorward/oauth-core"
import { tenantMetadata } from "../tenant-discovery.ts"
import { type CheckContext, type Finding, findingOf, passed } from "./check.ts"

export interface TenantFinding {
  finding: Finding
  /** Entra ID's time, in milliseconds since the epoch, if it said so. */
  serverTime?: number | undefined
}

/** Whether the tenant exists at this authority, under the issuer that its tokens will carry. */
export async function checkTenant({ settings, calls }: CheckContext): Promise<TenantFinding> {
  const { authority } = settings.registration
  try {
    const { tenantId, serverTime } = await tenantMetadata(authority, calls)
    const name = tenantId === "{tenantid}" ? authority.tenant : tenantId
    return { finding: passed(`${name} at ${authority.cloud.authorityHost}.`), serverTime }
  } catch (error) {
    return { finding: unreachable(error, authority.cloud.authorityHost) ?? findingOf(error) }
  }
}

/** No sign-in works from a machine that can't reach Entra ID, so this is no mere outage. */
function unreachable(error: unknown, authorityHost: string): Finding | undefined {
  if (!(error instanceof IdentityProviderError)) return undefined
  const { reason, cause } = error
  if (reason !== "network" && reason !== "timeout") return undefined
  const detail = `${authorityHost} does not answer. Compare authorityHost with your cloud, and let this machine reach it (DNS, proxy, firewall).`
  return { outcome: "failed", detail, reason, cause }
}

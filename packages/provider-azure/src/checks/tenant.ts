import { IdentityProviderError } from "@doorward/oauth-core"
import { tenantMetadata } from "../tenant-discovery.ts"
import { type CheckContext, type Finding, findingOf, passed } from "./check.ts"

export interface TenantFinding {
  finding: Finding
  /** Entra ID's time in milliseconds since the epoch, if its answer contains it. */
  serverTime?: number | undefined
}

/** Whether the tenant exists at this authority, under the issuer that its tokens will have. */
export async function checkTenant(context: CheckContext): Promise<TenantFinding> {
  const { settings, calls } = context
  const { authority } = settings.registration
  try {
    const { tenantId, serverTime } = await tenantMetadata(authority, calls)
    const name = tenantId === "{tenantid}" ? authority.tenant : tenantId
    return { finding: passed(`${name} at ${authority.cloud.authorityHost}.`), serverTime }
  } catch (error) {
    return { finding: unreachable(error, context) ?? findingOf(error) }
  }
}

/** No sign-in works from a machine that can't reach Entra ID, so this is more than an outage. */
function unreachable(error: unknown, { settings }: CheckContext): Finding | undefined {
  if (!(error instanceof IdentityProviderError)) return undefined
  const { reason, cause } = error
  if (reason !== "network" && reason !== "timeout") return undefined
  const { authorityHost } = settings.registration.authority.cloud
  const detail = `${authorityHost} does not answer. Compare ${settings.optionName("authorityHost")} with your cloud, and make sure that this machine can reach it (DNS, proxy, firewall).`
  return { outcome: "failed", detail, reason, cause }
}

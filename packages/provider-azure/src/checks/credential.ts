import { applicationOf, applicationToken } from "./application.ts"
import { type CheckContext, type Finding, findingOf, passed, unknown } from "./check.ts"

/** An application that a tenant does not know. */
const notInTenant = "AADSTS700016"

/** Whether the credential is good: the application gets a token of its own. */
export async function checkCredential(context: CheckContext): Promise<Finding> {
  const application = applicationOf(context)
  if ("obstacle" in application) return unknown(application.obstacle)
  const { authority } = context.settings.registration
  try {
    await applicationToken(application.client, authority.cloud.graphUrl)
    return passed("Entra ID accepts it.")
  } catch (error) {
    const finding = findingOf(error)
    if (finding.reason !== notInTenant || application.tenant === authority.tenant) return finding
    return unknown(`Nobody in the tenant ${application.tenant} has used the application yet.`)
  }
}

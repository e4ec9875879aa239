import { applicationOf, applicationToken } from "./application.ts"
import { type CheckContext, type Finding, findingOf, passed, unknown } from "./check.ts"

/** The tenant does not know the application. */
const notInTenant = "AADSTS700016"

/** Whether the credential is accepted: the application gets a token of its own with it. */
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

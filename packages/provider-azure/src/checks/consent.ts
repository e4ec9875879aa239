import { type CheckContext, type Finding, failed, passed, unknown } from "./check.ts"
import type { DirectoryScope } from "./directory.ts"
import { requestedScopes } from "./scopes.ts"

/**
 * Whether an administrator has consented for everybody. That is not needed where people may consent for
 * themselves, so only a scope that requires an administrator is a failure. Mostly it can't be seen.
 */
export function checkConsent(
  context: CheckContext,
  directory: readonly DirectoryScope[] | undefined,
): Finding {
  const where = `App registrations > API permissions > Grant admin consent, or ${adminConsentUrl(context)}`
  if (!directory || directory.some(({ agreed }) => agreed === undefined)) {
    return unknown(
      `Only a sign-in shows what has been agreed to. An administrator can agree for everybody under ${where}`,
    )
  }
  const open = directory.filter(({ agreed }) => !agreed)
  if (open.length === 0) return passed("An administrator has agreed for everybody.")
  const adminOnly = open.filter((entry) => entry.adminOnly)
  if (adminOnly.length > 0) {
    return failed(`Only an administrator can agree to ${named(adminOnly)}: ${where}`)
  }
  return unknown(
    `Each person is asked for ${named(open)}, if the tenant lets people agree for themselves. For everybody: ${where}`,
  )
}

function adminConsentUrl(context: CheckContext): string {
  const { authority, clientId } = context.settings.registration
  const url = new URL(`${authority.cloud.authorityHost}/${authority.tenant}/v2.0/adminconsent`)
  url.searchParams.set("client_id", clientId)
  url.searchParams.set("scope", requestedScopes(context).join(" "))
  url.searchParams.set("redirect_uri", context.redirectUri)
  return url.href
}

function named(scopes: readonly DirectoryScope[]): string {
  return scopes.map(({ scope }) => scope.name).join(", ")
}

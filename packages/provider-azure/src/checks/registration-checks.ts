import { ProviderOptionsError } from "@doorward/provider-oidc/upstream"
import { type AzureProviderOptions, type AzureSettings, azureSettings } from "../azure-options.ts"
import { entraClient } from "../entra-client.ts"
import { scopePlan } from "../scopes.ts"
import { tenantMetadata } from "../tenant-discovery.ts"
import { checkCredential, checkTokenVersion } from "./application-token.ts"
import {
  type CheckContext,
  type Finding,
  failed,
  findingOf,
  passed,
  type RegistrationCheck,
  unknown,
} from "./check.ts"
import { objectionTo } from "./silent-authorization.ts"

/** Seconds by which the clocks may differ before sign-ins fail. */
const tolerance = 30

/** The one scope that every application may ask for. */
const anyScope = ["openid"]

/**
 * Looks at an app registration from the outside, one thing after the other, each with its mend. It
 * signs nobody in and changes nothing.
 *
 * @param redirectUri `{base URL}/auth/callback`.
 */
export async function* registrationChecks(
  options: AzureProviderOptions,
  redirectUri: string,
): AsyncGenerator<RegistrationCheck, void, void> {
  const settings = settingsOf(options)
  if (settings instanceof ProviderOptionsError) {
    for (const { option, message } of settings.problems) {
      yield { name: "configuration", ...failed(`${option}: ${message}`) }
    }
    return
  }
  yield { name: "configuration", ...passed("The options are well formed.") }

  const { fetch, now, timeout } = settings
  const calls = { fetch, now, timeout }
  const context = { settings, client: entraClient(settings), calls, redirectUri }
  const tenant = await checkTenant(context)
  yield { name: "tenant", ...tenant.finding }
  if (tenant.finding.outcome === "failed") return
  yield { name: "clock", ...checkClock(tenant.serverTime, now()) }
  yield { name: "credential", ...(await checkCredential(context)) }
  yield { name: "token version", ...(await checkTokenVersion(context)) }
  const redirect = await checkRedirectUri(context)
  yield { name: "redirect URI", ...redirect }
  if (redirect.outcome !== "passed") return
  yield { name: "scopes", ...(await checkScopes(context)) }
  yield { name: "consent", ...consentOf(context) }
}

function settingsOf(options: AzureProviderOptions): AzureSettings | ProviderOptionsError {
  try {
    return azureSettings(options)
  } catch (error) {
    if (error instanceof ProviderOptionsError) return error
    throw error
  }
}

async function checkTenant({
  settings,
  calls,
}: CheckContext): Promise<{ finding: Finding; serverTime?: number | undefined }> {
  const { authority } = settings.registration
  try {
    const { tenantId, serverTime } = await tenantMetadata(authority, calls)
    const name = tenantId === "{tenantid}" ? authority.tenant : tenantId
    return { finding: passed(`${name} at ${authority.cloud.authorityHost}.`), serverTime }
  } catch (error) {
    return { finding: findingOf(error) }
  }
}

function checkClock(serverTime: number | undefined, now: number): Finding {
  if (serverTime === undefined) return unknown("Entra ID did not say what time it is.")
  const seconds = Math.round((now - serverTime) / 1000)
  if (Math.abs(seconds) <= tolerance) return passed(`${Math.abs(seconds)} s apart.`)
  const direction = seconds > 0 ? "ahead" : "behind"
  return failed(`This server's clock is ${Math.abs(seconds)} s ${direction}. Set it by NTP.`)
}

async function checkRedirectUri(context: CheckContext): Promise<Finding> {
  try {
    const objection = await objectionTo(anyScope, context)
    return objection ? findingOf(objection) : passed(`${context.redirectUri} is registered.`)
  } catch (error) {
    return findingOf(error)
  }
}

async function checkScopes(context: CheckContext): Promise<Finding> {
  const { requiredScopes, additionalScopes } = context.settings
  const plan = scopePlan(requiredScopes, additionalScopes)
  const scopes = plan.forAuthorization(plan.names)
  try {
    const objection = await objectionTo(scopes, context)
    return objection ? findingOf(objection) : passed(`No objection to ${scopes.join(" ")}.`)
  } catch (error) {
    return findingOf(error)
  }
}

/** Nothing outside shows who has agreed; an administrator can agree for all. */
function consentOf({ settings, redirectUri }: CheckContext): Finding {
  const { cloud, tenant } = settings.registration.authority
  const { requiredScopes, additionalScopes } = settings
  const plan = scopePlan(requiredScopes, additionalScopes)
  const url = new URL(`${cloud.authorityHost}/${tenant}/v2.0/adminconsent`)
  url.searchParams.set("client_id", settings.registration.clientId)
  url.searchParams.set("scope", plan.forAuthorization(plan.names).join(" "))
  url.searchParams.set("redirect_uri", redirectUri)
  return unknown(
    `Only a sign-in shows what has been agreed to. An administrator agrees for everybody under App registrations > API permissions > Grant admin consent, or at ${url.href}`,
  )
}

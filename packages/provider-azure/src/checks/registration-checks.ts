import { ProviderOptionsError } from "@doorward/provider-oidc/upstream"
import { type AzureProviderOptions, type AzureSettings, azureSettings } from "../azure-options.ts"
import { entraClient } from "../entra-client.ts"
import {
  type CheckContext,
  type CheckName,
  checkNames,
  failed,
  notBefore,
  passed,
  type RegistrationCheck,
} from "./check.ts"
import { checkClock } from "./clock.ts"
import { checkConsent } from "./consent.ts"
import { checkCredential } from "./credential.ts"
import { directoryScopes } from "./directory.ts"
import { checkRedirectUri } from "./redirect-uri.ts"
import { checkScopes } from "./scopes.ts"
import { checkTenant } from "./tenant.ts"
import { checkTokenVersion } from "./token-version.ts"

/**
 * Looks at an app registration from the outside, one thing after the other, each with its mend. It
 * signs nobody in and changes nothing. Every check yields; a wrong configuration, once for each mistake.
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
    return yield* notMade("configuration")
  }
  yield { name: "configuration", ...passed("The options are well formed.") }

  const { fetch, now, timeout } = settings
  const calls = { fetch, now, timeout }
  const context: CheckContext = { settings, client: entraClient(settings), calls, redirectUri }
  const tenant = await checkTenant(context)
  yield { name: "tenant", ...tenant.finding }
  if (tenant.finding.outcome === "failed") return yield* notMade("tenant")
  yield { name: "clock", ...checkClock(tenant.serverTime, now()) }
  const credential = await checkCredential(context)
  yield { name: "credential", ...credential }
  yield { name: "token version", ...(await checkTokenVersion(context, credential)) }
  const redirect = await checkRedirectUri(context)
  yield { name: "redirect URI", ...redirect }
  if (redirect.outcome === "failed") return yield* notMade("redirect URI")
  const directory = await directoryScopes(context)
  yield { name: "scopes", ...(await checkScopes(context, directory)) }
  yield { name: "consent", ...checkConsent(context, directory) }
}

/** The checks that nothing can be said of before the failed one is mended. */
function* notMade(failure: CheckName): Generator<RegistrationCheck> {
  for (const name of checkNames.slice(checkNames.indexOf(failure) + 1)) {
    yield { name, ...notBefore(failure) }
  }
}

function settingsOf(options: AzureProviderOptions): AzureSettings | ProviderOptionsError {
  try {
    return azureSettings(options)
  } catch (error) {
    if (error instanceof ProviderOptionsError) return error
    throw error
  }
}

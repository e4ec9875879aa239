import { ConfigurationError } from "@doorward/boundary"
import type { AzureProviderOptions } from "../azure-provider-options.ts"
import { type AzureSettings, azureSettings } from "../azure-settings.ts"
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
 * Checks an app registration from the outside, one thing after the other, and says how to fix what is
 * wrong. It signs nobody in and changes nothing. Every check yields once; a wrong configuration yields
 * once for each mistake.
 *
 * Texts name options as `options.optionName` says.
 *
 * @param redirectUri `{base URL}/auth/callback`.
 * @example
 * for await (const { name, outcome, detail } of registrationChecks(options, redirectUri)) {
 *   console.log(outcome, name, detail)
 * }
 */
export async function* registrationChecks(
  options: AzureProviderOptions,
  redirectUri: string,
): AsyncGenerator<RegistrationCheck, void, void> {
  const settings = settingsOf(options)
  if (settings instanceof ConfigurationError) {
    for (const { option, message } of settings.problems) {
      yield { name: "configuration", ...failed(`${option} ${message}`) }
    }
    return yield* notMade("configuration")
  }
  yield { name: "configuration", ...passed("The options are well formed.") }

  const { fetch, now, timeoutMilliseconds, optionName } = settings
  const calls = { fetch, now, timeoutMilliseconds, optionName }
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

/** The checks that can't be run while the failed one is not fixed. */
function* notMade(failure: CheckName): Generator<RegistrationCheck> {
  for (const name of checkNames.slice(checkNames.indexOf(failure) + 1)) {
    yield { name, ...notBefore(failure) }
  }
}

function settingsOf(options: AzureProviderOptions): AzureSettings | ConfigurationError {
  try {
    return azureSettings(options)
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
}

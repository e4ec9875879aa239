import type { IdentityProvider } from "@doorward/oauth-core"
import { type AzureProviderOptions, azureProvider } from "@doorward/provider-azure"
import type { Configuration } from "./configuration/read-configuration.ts"
import type { Settings } from "./configuration/schema.ts"
import { fromSettings } from "./wrong-setting.ts"

/** The settings of the provider's options that have another name, or are elsewhere. */
const settings: Readonly<Record<string, string>> = {
  clientCertificate: "certificate.path",
  "clientCertificate.password": "certificate.password",
  workloadIdentityFile: "federatedTokenFile",
  "managedIdentity.clientId": "managedIdentity",
  "managedIdentity.identityEndpoint": "identityEndpoint",
  "managedIdentity.identityHeader": "identityHeader",
}

/**
 * Entra ID, as the configuration names it.
 *
 * @throws {ConfigurationError} naming each setting.
 */
export const createIdentityProvider = (
  configuration: Configuration,
  now: () => number,
): IdentityProvider =>
  fromSettings(
    configuration,
    (name) => name,
    () => azureProvider({ ...azureOptions(configuration), now }),
  )

/** The path of the setting that an option, or the option that a path leads into, comes from. */
function settingOf(option: string): string {
  const [name = ""] = option.split(".")
  return `entra.${settings[option] ?? settings[name] ?? option}`
}

/** The provider's options, as the configuration gives them. */
export function azureOptions({
  entra,
  names,
  backends,
  signIn,
}: Configuration): AzureProviderOptions {
  const {
    clientSecret: _secret,
    certificate: _certificate,
    federatedTokenFile: _file,
    managedIdentity: _managed,
    identityEndpoint: _endpoint,
    identityHeader: _header,
    ...options
  } = entra
  const { scopes, additionalScopes } = entra
  const isNeeded = Object.keys(backends).length === 0
  const isAskedFor = [...scopes, ...additionalScopes].includes("User.Read")
  return {
    ...options,
    // Somebody in too many groups could not sign in otherwise. For a rule about a tool that is no reason:
    // where Graph refuses, they could not sign in at all.
    resolveGroups: entra.resolveGroups ?? signIn?.groups !== undefined,
    optionName: (option) => names.nameOf(settingOf(option)),
    // The example tool graph_me needs User.Read.
    additionalScopes:
      isNeeded && !isAskedFor ? [...additionalScopes, "User.Read"] : additionalScopes,
    ...credentialOf(entra),
  }
}

function credentialOf(entra: Settings["entra"]) {
  const { clientSecret, certificate, federatedTokenFile, managedIdentity } = entra
  if (certificate?.path !== undefined) {
    const { path: content, password } = certificate
    const pem = content.toString("utf8")
    return {
      clientCertificate: pem.includes("-----BEGIN")
        ? { pem, password }
        : { pfx: content, password },
    }
  }
  if (federatedTokenFile !== undefined) return { workloadIdentityFile: federatedTokenFile }
  if (managedIdentity === undefined) return { clientSecret }
  const { identityEndpoint, identityHeader } = entra
  const clientId = managedIdentity === "system" ? undefined : managedIdentity
  return { managedIdentity: { clientId, identityEndpoint, identityHeader } }
}

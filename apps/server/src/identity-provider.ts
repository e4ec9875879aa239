import type { IdentityProvider } from "@doorward/oauth-core"
import { type AzureProviderOptions, azureProvider } from "@doorward/provider-azure"
import type { Configuration } from "./configuration.ts"

/** The variable that each option of the provider comes from. */
const variables: Readonly<Record<string, string>> = {
  tenantId: "AZURE_TENANT_ID",
  clientId: "AZURE_CLIENT_ID",
  clientSecret: "AZURE_CLIENT_SECRET",
  clientCertificate: "AZURE_CLIENT_CERTIFICATE_PATH",
  "clientCertificate.password": "AZURE_CLIENT_CERTIFICATE_PASSWORD",
  workloadIdentityFile: "AZURE_FEDERATED_TOKEN_FILE",
  managedIdentity: "AZURE_MANAGED_IDENTITY",
  "managedIdentity.identityEndpoint": "IDENTITY_ENDPOINT",
  "managedIdentity.identityHeader": "IDENTITY_HEADER",
  authorityHost: "AZURE_AUTHORITY_HOST",
  graphUrl: "AZURE_GRAPH_URL",
  allowedTenants: "AZURE_ALLOWED_TENANTS",
  identifierUri: "AZURE_IDENTIFIER_URI",
  scopeForm: "AZURE_SCOPE_FORM",
  tokenVersion: "AZURE_TOKEN_VERSION",
  acceptedAudiences: "AZURE_ACCEPTED_AUDIENCES",
  scopes: "MCP_REQUIRED_SCOPES",
  additionalScopes: "MCP_ADDITIONAL_SCOPES",
}

/**
 * Entra ID, as the environment names it.
 *
 * @throws {ConfigurationError} naming each variable.
 */
export const createIdentityProvider = (
  configuration: Configuration,
  now: () => number,
): IdentityProvider => azureProvider({ ...azureOptions(configuration), now })

/** The variable that an option, or the option that a path leads into, comes from. */
function variableOf(option: string): string {
  const [name = ""] = option.split(".")
  return variables[option] ?? variables[name] ?? option
}

/** The provider's options, as the environment gives them. */
export function azureOptions(configuration: Configuration): AzureProviderOptions {
  const { MCP_REQUIRED_SCOPES: scopes, MCP_ADDITIONAL_SCOPES: others } = configuration
  const all = new Set([...scopes, ...others])
  return {
    optionName: variableOf,
    tenantId: configuration.AZURE_TENANT_ID,
    clientId: configuration.AZURE_CLIENT_ID,
    scopes,
    // The example tool graph_me needs User.Read.
    additionalScopes: all.has("User.Read") ? others : [...others, "User.Read"],
    ...credentialOf(configuration),
    ...set("authorityHost", configuration.AZURE_AUTHORITY_HOST),
    ...set("graphUrl", configuration.AZURE_GRAPH_URL),
    ...set("allowedTenants", configuration.AZURE_ALLOWED_TENANTS),
    ...set("identifierUri", configuration.AZURE_IDENTIFIER_URI),
    ...set("scopeForm", configuration.AZURE_SCOPE_FORM),
    ...set("tokenVersion", configuration.AZURE_TOKEN_VERSION),
    ...set("acceptedAudiences", configuration.AZURE_ACCEPTED_AUDIENCES),
  }
}

function credentialOf(configuration: Configuration) {
  const {
    AZURE_CLIENT_SECRET: clientSecret,
    AZURE_CLIENT_CERTIFICATE_PATH: certificate,
    AZURE_FEDERATED_TOKEN_FILE: workloadIdentityFile,
    AZURE_MANAGED_IDENTITY: managedIdentity,
  } = configuration
  if (certificate !== undefined) {
    const password = set("password", configuration.AZURE_CLIENT_CERTIFICATE_PASSWORD)
    const pem = certificate.toString("utf8")
    const isPem = pem.includes("-----BEGIN")
    return { clientCertificate: isPem ? { pem, ...password } : { pfx: certificate, ...password } }
  }
  if (workloadIdentityFile !== undefined) return { workloadIdentityFile }
  if (managedIdentity === undefined) return set("clientSecret", clientSecret)
  return {
    managedIdentity: {
      ...(managedIdentity === "system" ? {} : { clientId: managedIdentity }),
      ...set("identityEndpoint", configuration.IDENTITY_ENDPOINT),
      ...set("identityHeader", configuration.IDENTITY_HEADER),
    },
  }
}

/** An option, if it has a value. */
const set = <Name extends string, const Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value }

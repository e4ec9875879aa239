import type { IdentityProvider } from "@doorward/oauth-core"
import { azureProvider } from "@doorward/provider-azure"
import { ProviderOptionsError } from "@doorward/provider-oidc/upstream"
import { type Configuration, ConfigurationProblems } from "./configuration.ts"

/** Where each option of the provider comes from. */
const variables: Readonly<Record<string, string>> = {
  tenantId: "AZURE_TENANT_ID",
  clientId: "AZURE_CLIENT_ID",
  clientSecret: "AZURE_CLIENT_SECRET",
  clientCertificate: "AZURE_CLIENT_CERTIFICATE_PATH",
  workloadIdentityFile: "AZURE_FEDERATED_TOKEN_FILE",
  managedIdentity: "AZURE_MANAGED_IDENTITY",
  authorityHost: "AZURE_AUTHORITY_HOST",
  graphUrl: "AZURE_GRAPH_URL",
  allowedTenants: "AZURE_ALLOWED_TENANTS",
  identifierUri: "AZURE_IDENTIFIER_URI",
  requiredScopes: "MCP_REQUIRED_SCOPES",
}

/**
 * Entra ID, as the environment names it.
 *
 * @throws {ConfigurationProblems} naming each variable.
 */
export function createIdentityProvider(
  configuration: Configuration,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): IdentityProvider {
  try {
    return azureProvider({
      tenantId: configuration.AZURE_TENANT_ID,
      clientId: configuration.AZURE_CLIENT_ID,
      requiredScopes: configuration.MCP_REQUIRED_SCOPES,
      additionalScopes: configuration.MCP_REQUIRED_SCOPES.includes("User.Read")
        ? []
        : ["User.Read"],
      fetch,
      ...credentialOf(configuration),
      ...set("authorityHost", configuration.AZURE_AUTHORITY_HOST),
      ...set("graphUrl", configuration.AZURE_GRAPH_URL),
      ...set("allowedTenants", configuration.AZURE_ALLOWED_TENANTS),
      ...set("identifierUri", configuration.AZURE_IDENTIFIER_URI),
    })
  } catch (error) {
    if (!(error instanceof ProviderOptionsError)) throw error
    throw new ConfigurationProblems(
      error.problems.map(({ option, message }) => {
        const [name = ""] = option.split(".")
        return `${variables[name] ?? option} ${message}`
      }),
    )
  }
}

function credentialOf(configuration: Configuration) {
  const {
    AZURE_CLIENT_SECRET: clientSecret,
    AZURE_CLIENT_CERTIFICATE_PATH: pem,
    AZURE_CLIENT_CERTIFICATE_PASSWORD: password,
    AZURE_FEDERATED_TOKEN_FILE: workloadIdentityFile,
    AZURE_MANAGED_IDENTITY: managedIdentity,
  } = configuration
  if (pem !== undefined) return { clientCertificate: { pem, ...set("password", password) } }
  if (workloadIdentityFile !== undefined) return { workloadIdentityFile }
  if (managedIdentity !== undefined) {
    return { managedIdentity: managedIdentity === "system" || { clientId: managedIdentity } }
  }
  return set("clientSecret", clientSecret)
}

/** An option if it has a value: options that are `undefined` are mistakes. */
const set = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value }

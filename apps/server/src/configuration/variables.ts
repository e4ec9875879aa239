/** The environment variable for each setting that has one. */
export const variables = {
  baseUrl: "MCP_BASE_URL",
  "listen.host": "MCP_SERVER_HOST",
  "listen.port": "MCP_SERVER_PORT",
  secret: "DOORWARD_SECRET",
  store: "MCP_STORE_URL",
  dataFolder: "DOORWARD_DATA_DIR",
  logLevel: "DOORWARD_LOG_LEVEL",
  trustedProxies: "MCP_TRUSTED_PROXIES",
  operator: "MCP_OPERATOR",
  consent: "MCP_CONSENT",
  allowedOrigins: "MCP_ALLOWED_ORIGINS",
  "entra.tenantId": "AZURE_TENANT_ID",
  "entra.clientId": "AZURE_CLIENT_ID",
  "entra.clientSecret": "AZURE_CLIENT_SECRET",
  "entra.certificate.path": "AZURE_CLIENT_CERTIFICATE_PATH",
  "entra.certificate.password": "AZURE_CLIENT_CERTIFICATE_PASSWORD",
  "entra.federatedTokenFile": "AZURE_FEDERATED_TOKEN_FILE",
  "entra.managedIdentity": "AZURE_MANAGED_IDENTITY",
  "entra.identityEndpoint": "IDENTITY_ENDPOINT",
  "entra.identityHeader": "IDENTITY_HEADER",
  "entra.authorityHost": "AZURE_AUTHORITY_HOST",
  "entra.graphUrl": "AZURE_GRAPH_URL",
  "entra.allowedTenants": "AZURE_ALLOWED_TENANTS",
  "entra.identifierUri": "AZURE_IDENTIFIER_URI",
  "entra.scopeForm": "AZURE_SCOPE_FORM",
  "entra.tokenVersion": "AZURE_TOKEN_VERSION",
  "entra.acceptedAudiences": "AZURE_ACCEPTED_AUDIENCES",
  "entra.scopes": "MCP_REQUIRED_SCOPES",
  "entra.additionalScopes": "MCP_ADDITIONAL_SCOPES",
  "backends.mcp.url": "DOORWARD_UPSTREAM_URL",
} as const satisfies Readonly<Record<string, string>>

/** The name of every variable that is a setting, and of the one that names the file. */
export const variableNames: readonly string[] = [...Object.values(variables), "DOORWARD_CONFIG"]

/** The variable for a setting, by its path. */
export const variableOf = (path: string): string | undefined =>
  path in variables ? variables[path as keyof typeof variables] : undefined

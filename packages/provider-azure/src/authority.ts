import type { AuthorizationServer } from "oauth4webapi"
import type { Cloud } from "./cloud.ts"

/** The version of the tokens that Entra ID issues for an API: set in its registration, whatever the endpoint. */
export type TokenVersion = 1 | 2

/** One tenant of one cloud, as a client of Entra ID sees it. */
export interface Authority {
  cloud: Cloud
  /** As configured: a GUID, a domain or an alias such as `organizations`. */
  tenant: string
  /** Server metadata, built instead of fetched, since Entra ID's paths are fixed. */
  server: AuthorizationServer
  jwksUri: string
}

export function authorityOf(cloud: Cloud, tenant: string): Authority {
  const base = `${cloud.authorityHost}/${tenant}`
  const jwksUri = `${base}/discovery/v2.0/keys`
  return {
    cloud,
    tenant,
    jwksUri,
    server: {
      issuer: issuerOf(cloud, tenant, 2),
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: jwksUri,
      id_token_signing_alg_values_supported: ["RS256"],
    },
  }
}

/** The `iss` of a tenant's tokens. */
export function issuerOf(cloud: Cloud, tenantId: string, version: TokenVersion): string {
  return version === 2
    ? `${cloud.authorityHost}/${tenantId}/v2.0`
    : `${cloud.v1IssuerBase}/${tenantId}/`
}

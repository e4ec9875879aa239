import { EntraError } from "../aadsts/entra-error.ts"
import { consumersTenantId } from "../directory/well-known-ids.ts"
import { type Emulation, issuerOf } from "../state/emulation.ts"

/**
 * The OpenID provider metadata of a tenant (OIDC Discovery §3), its members in Entra's order.
 *
 * For `common` and `organizations` the issuer has the literal placeholder `{tenantid}`.
 *
 * @param segment the path's tenant. The endpoints repeat it; the issuer has the tenant's GUID.
 * @throws {EntraError} 90002 for an unknown tenant.
 */
export function openidConfiguration(emulation: Emulation, segment: string) {
  const { urls, cloud } = emulation
  const root = `${urls.base}/${segment}`
  return {
    token_endpoint: `${root}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: [
      "client_secret_post",
      "private_key_jwt",
      "client_secret_basic",
    ],
    jwks_uri: `${root}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: issuerOf(emulation, issuerTenant(emulation, segment)),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${urls.graph}/oidc/userinfo`,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${root}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${root}/oauth2/v2.0/logout`,
    claims_supported: [
      "sub",
      "iss",
      "cloud_instance_name",
      "cloud_instance_host_name",
      "cloud_graph_host_name",
      "msgraph_host",
      "aud",
      "exp",
      "iat",
      "auth_time",
      "acr",
      "nonce",
      "preferred_username",
      "name",
      "tid",
      "ver",
      "at_hash",
      "c_hash",
      "email",
    ],
    kerberos_endpoint: `${root}/kerberos`,
    tenant_region_scope: null,
    cloud_instance_name: cloud.instanceName,
    cloud_graph_host_name: cloud.graphHost,
    msgraph_host: cloud.msgraphHost,
    rbac_url: cloud.rbacUrl,
  }
}

function issuerTenant({ directory }: Emulation, segment: string): string {
  const authority = directory.authority(segment)
  if (authority.kind === "tenant") return authority.tenant.id
  return authority.alias === "consumers" ? consumersTenantId : "{tenantid}"
}

/** The signing keys (RFC 7517): always two or more, without `alg`, each with its `issuer`. */
export async function jsonWebKeySet(emulation: Emulation, segment: string) {
  const tenant = issuerTenant(emulation, segment)
  const issuer = issuerOf(emulation, tenant === consumersTenantId ? tenant : "{tenantid}")
  const keys = await emulation.keys.published()
  return {
    keys: keys.map(({ kid, jwk, x5c }) => ({
      kty: "RSA",
      use: "sig",
      kid,
      x5t: kid,
      n: jwk.n,
      e: jwk.e,
      x5c: [x5c],
      issuer,
    })),
  }
}

/**
 * Instance discovery: the hosts of the cloud, and where a tenant's metadata is.
 *
 * @throws {EntraError} 50049 if `authorizationEndpoint` is not on a host of this cloud.
 */
export function instanceDiscovery(emulation: Emulation, authorizationEndpoint: string | null) {
  const { cloud, urls } = emulation
  const hosts = [cloud.loginHost, ...cloud.aliases, new URL(urls.base).host]
  const asked = URL.parse(authorizationEndpoint ?? "")
  if (!asked || !hosts.includes(asked.host)) throw new EntraError(50049)
  const [, tenant = "common"] = asked.pathname.split("/")
  const own = new URL(urls.base).host
  const real = { preferred_network: cloud.loginHost, preferred_cache: cloud.loginHost }
  const local = { preferred_network: own, preferred_cache: own, aliases: [own] }
  return {
    tenant_discovery_endpoint: `${urls.base}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [
      ...(own === cloud.loginHost ? [] : [local]),
      { ...real, aliases: [cloud.loginHost, ...cloud.aliases] },
    ],
  }
}

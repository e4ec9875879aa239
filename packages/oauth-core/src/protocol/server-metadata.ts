import { clientAuthenticationMethods } from "./client-metadata.ts"
import type { GrantType } from "./grant-type.ts"

/** The path of each endpoint, relative to the issuer. */
export const endpointPaths = {
  authorize: "/authorize",
  callback: "/auth/callback",
  consent: "/consent",
  device: "/device",
  deviceAuthorization: "/device_authorization",
  grants: "/grants",
  introspect: "/introspect",
  jwks: "/.well-known/jwks.json",
  par: "/par",
  register: "/register",
  revoke: "/revoke",
  token: "/token",
} as const

/** The algorithms that `private_key_jwt` assertions may be signed with. */
export const assertionAlgorithms = ["ES256", "PS256", "RS256", "EdDSA"]

export interface ServerMetadataInput {
  issuer: string
  scopes: readonly string[]
  resources: readonly string[]
  grantTypes: readonly GrantType[]
  registrationOpen: boolean
  clientIdMetadataDocuments: boolean
  introspection: boolean
  dpopAlgorithms: readonly string[] | undefined
  documentation: string | undefined
}

/** The server's metadata (RFC 8414 §2), also served as OpenID Connect's discovery document. */
export function buildServerMetadata(input: ServerMetadataInput): Record<string, unknown> {
  const at = (endpoint: keyof typeof endpointPaths) => `${input.issuer}${endpointPaths[endpoint]}`
  return {
    issuer: input.issuer,
    authorization_endpoint: at("authorize"),
    token_endpoint: at("token"),
    jwks_uri: at("jwks"),
    ...(input.registrationOpen ? { registration_endpoint: at("register") } : {}),
    pushed_authorization_request_endpoint: at("par"),
    ...(input.grantTypes.includes("urn:ietf:params:oauth:grant-type:device_code")
      ? { device_authorization_endpoint: at("deviceAuthorization") }
      : {}),
    revocation_endpoint: at("revoke"),
    ...(input.introspection ? { introspection_endpoint: at("introspect") } : {}),
    ...(input.scopes.length > 0 ? { scopes_supported: input.scopes } : {}),
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: input.grantTypes,
    ...(input.grantTypes.includes("urn:ietf:params:oauth:grant-type:jwt-bearer")
      ? {
          authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
        }
      : {}),
    token_endpoint_auth_methods_supported: clientAuthenticationMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    ...(input.introspection
      ? { introspection_endpoint_auth_methods_supported: ["client_secret_basic"] }
      : {}),
    ...(input.dpopAlgorithms ? { dpop_signing_alg_values_supported: input.dpopAlgorithms } : {}),
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: input.clientIdMetadataDocuments,
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    protected_resources: input.resources,
    ...(input.documentation === undefined ? {} : { service_documentation: input.documentation }),
    // OpenID Connect Discovery §3 requires these two, although no id_token is issued.
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  }
}

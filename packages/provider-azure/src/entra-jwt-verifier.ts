import { jwtVerifier, type TokenVerifier } from "@doorward/jwt-verifier"
import type { UpstreamFetchOptions } from "@doorward/provider-oidc/upstream"
import type { Authority, TokenVersion } from "./authority.ts"
import type { TenantPolicy } from "./tenants.ts"
import { expectedIssuer } from "./token-issuer.ts"

/** Seconds by which Entra's clock may differ. */
const leeway = 30

export interface EntraJwtRules {
  authority: Authority
  audience: readonly string[]
  version: TokenVersion
  allows: TenantPolicy
  /** Bytes of memory for verified tokens. */
  rememberBytes: number
}

/** Verifies what Entra ID signs: the key of the tenant, the issuer of the tenant, the audience, RS256 and nothing else. */
export function entraJwtVerifier(
  { authority, audience, version, allows, rememberBytes }: EntraJwtRules,
  calls: UpstreamFetchOptions & { now: () => number },
): TokenVerifier {
  return jwtVerifier({
    issuer: expectedIssuer(authority.cloud, version, allows),
    audience,
    jwksUri: authority.jwksUri,
    typ: "JWT",
    algorithms: ["RS256"],
    leeway,
    rememberBytes,
    now: calls.now,
    ...(calls.fetch ? { fetch: calls.fetch } : {}),
  })
}

import { jwtVerifier, type TokenVerifier } from "@doorward/jwt-verifier"
import type { UpstreamFetchOptions } from "@doorward/upstream-client"
import type { Authority, TokenVersion } from "./authority.ts"
import type { TenantPolicy } from "./tenants.ts"
import { expectedIssuer } from "./token-issuer.ts"

/** How far Entra ID's clock may be off, in seconds. */
const leeway = 30

export interface EntraJwtRules {
  authority: Authority
  audience: readonly string[]
  version: TokenVersion
  allows: TenantPolicy
  /** How much memory verified tokens may take, in bytes. */
  rememberBytes: number
}

/** Verifies tokens that Entra ID signs: by a key of the tenant, with its issuer, the audience and RS256 only. */
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
    leewaySeconds: leeway,
    rememberBytes,
    now: calls.now,
    ...(calls.fetch ? { fetch: calls.fetch } : {}),
  })
}

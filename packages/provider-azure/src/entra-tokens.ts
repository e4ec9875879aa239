import { jwtVerifier, type TokenVerifier, type VerifiedToken } from "@doorward/jwt-verifier"
import {
  retriedOnFailure,
  type UpstreamFetchOptions,
  verifyIssued,
} from "@doorward/provider-oidc/upstream"
import { issuerOf, type TokenVersion } from "./authority.ts"
import type { Registration } from "./registration-options.ts"
import { resolveTenant } from "./tenant-discovery.ts"
import { isGuid, type TenantPolicy, tenantPolicy, tenantRefused } from "./tenants.ts"
import { expectedIssuer } from "./token-issuer.ts"
import { checkTokenVersion, mendOf } from "./token-refusal.ts"

type Claims = Readonly<Record<string, unknown>>

/** Seconds by which Entra's clock may differ. */
const leeway = 30

/** Checks the tokens that Entra ID issues to this application and for its API. Every refusal is an IdentityProviderError. */
export interface EntraTokens {
  /** The issuer that an id_token must carry, by its tenant: `denied` if the tenant is not allowed. */
  idTokenIssuer(unverified: Claims): Promise<string>
  verifyIdToken(token: string): Promise<VerifiedToken>
  verifyAccessToken(token: string): Promise<VerifiedToken>
}

export function entraTokens(
  registration: Registration,
  calls: UpstreamFetchOptions & { now: () => number },
): EntraTokens {
  const { authority, clientId, tokenVersion, audiences } = registration

  const verifierOf = (
    allows: TenantPolicy,
    audience: readonly string[],
    version: TokenVersion,
  ): TokenVerifier =>
    jwtVerifier({
      issuer: expectedIssuer(authority.cloud, version, allows),
      audience,
      jwksUri: authority.jwksUri,
      typ: "JWT",
      algorithms: ["RS256"],
      leeway,
      rememberBytes: 0,
      now: calls.now,
      ...(calls.fetch ? { fetch: calls.fetch } : {}),
    })

  const verifiers = retriedOnFailure(async () => {
    const tenant = await resolveTenant(authority, calls)
    const allows = tenantPolicy(tenant, registration.allowedTenants)
    return {
      allows,
      idToken: verifierOf(allows, [clientId], 2),
      accessToken: verifierOf(allows, audiences, tokenVersion),
    }
  })

  return {
    async idTokenIssuer({ tid }) {
      const { allows } = await verifiers()
      if (typeof tid !== "string" || !isGuid(tid) || !allows(tid)) throw tenantRefused(String(tid))
      return issuerOf(authority.cloud, tid, 2)
    },
    async verifyIdToken(token) {
      return verifyIssued((await verifiers()).idToken, token, "id_token", mendOf)
    },
    async verifyAccessToken(token) {
      checkTokenVersion(token, tokenVersion)
      return verifyIssued((await verifiers()).accessToken, token, "access_token", mendOf)
    },
  }
}

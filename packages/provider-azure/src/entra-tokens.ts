import { isGuid } from "@doorward/boundary"
import type { VerifiedToken } from "@doorward/jwt-verifier"
import { keptOnSuccess, verifyIssued } from "@doorward/upstream-client"
import { issuerOf } from "./authority.ts"
import type { EntraCalls } from "./entra-calls.ts"
import { entraJwtVerifier } from "./entra-jwt-verifier.ts"
import type { Registration } from "./registration-options.ts"
import { resolveTenant } from "./tenant-discovery.ts"
import { tenantPolicy, tenantRefused } from "./tenants.ts"
import { fixOf, otherVersion } from "./token-refusal.ts"

type Claims = Readonly<Record<string, unknown>>

/** Checks the tokens that Entra ID issues to this application and for its API. Every failure is an IdentityProviderError. */
export interface EntraTokens {
  /**
   * The issuer in the id_tokens of the tenant that the claims name. Rejects with `denied` if the tenant
   * is not allowed.
   */
  issuerFor(claims: Claims): Promise<string>
  verifyIdToken(token: string): Promise<VerifiedToken>
  verifyAccessToken(token: string): Promise<VerifiedToken>
}

export function entraTokens(registration: Registration, calls: EntraCalls): EntraTokens {
  const { authority, clientId, tokenVersion, audiences, allowedTenants } = registration
  const { optionName } = calls

  const verifiers = keptOnSuccess(async () => {
    const tenant = await resolveTenant(authority, calls)
    const allows = tenantPolicy(tenant, allowedTenants)
    const rules = { authority, allows, rememberBytes: 0 }
    return {
      allows,
      idToken: entraJwtVerifier({ ...rules, audience: [clientId], version: 2 }, calls),
      accessToken: entraJwtVerifier(
        { ...rules, audience: audiences, version: tokenVersion },
        calls,
      ),
    }
  })

  return {
    async issuerFor({ tid }) {
      const { allows } = await verifiers()
      if (typeof tid !== "string" || !isGuid(tid) || !allows(tid)) throw tenantRefused(String(tid))
      return issuerOf(authority.cloud, tid, 2)
    },
    async verifyIdToken(token) {
      return verifyIssued((await verifiers()).idToken, token, "id_token", fixOf(optionName))
    },
    async verifyAccessToken(token) {
      const problem = otherVersion(token, tokenVersion, optionName)
      if (problem) throw problem
      return verifyIssued((await verifiers()).accessToken, token, "access_token", fixOf(optionName))
    },
  }
}

import { isGuid } from "@doorward/boundary"
import type { Identity } from "@doorward/oauth-core"
import { IdentityProviderError } from "@doorward/oauth-core"

type Claims = Readonly<Record<string, unknown>>

/**
 * The person whom a verified token is about, keyed by tenant and object id, since names and addresses
 * can pass to somebody else.
 *
 * @param issuer the tenant's, in the same form whichever token the person is read from.
 * @param profile claims that may add a name or an address, such as the id_token's.
 * @throws {IdentityProviderError} if the token names no person.
 */
export function identityOf(issuer: string, claims: Claims, profile: Claims = {}): Identity {
  const { tid, oid } = claims
  if (typeof tid !== "string" || typeof oid !== "string" || !isGuid(oid)) {
    throw new IdentityProviderError(
      "operator",
      "missing_claim",
      "Entra ID's token does not say whom it belongs to (tid, oid).",
    )
  }
  const name = text(claims, profile, ["name"])
  const username = text(claims, profile, ["preferred_username", "upn", "unique_name"])
  const email = text(claims, profile, ["email"])
  return {
    issuer,
    subject: `${tid}.${oid}`,
    tenantId: tid,
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email }),
    roles: texts(claims.roles),
    // Entra ID leaves the claim out for people in more groups than fit, and unless it was asked for.
    ...(Array.isArray(claims.groups) ? { groups: texts(claims.groups) } : {}),
    claims,
  }
}

function text(claims: Claims, profile: Claims, names: readonly string[]): string | undefined {
  for (const source of [claims, profile]) {
    for (const name of names) {
      const value = source[name]
      if (typeof value === "string" && value !== "") return value
    }
  }
  return undefined
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
}

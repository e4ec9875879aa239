import type { Identity } from "@doorward/oauth-core"

type Claims = Readonly<Record<string, unknown>>

/**
 * The person whom verified claims describe (OIDC Core §5.1). No standard says where roles and groups
 * are: `roles` and `groups` are what most providers call them.
 */
export function identityOf(issuer: string, subject: string, claims: Claims): Identity {
  const name = text(claims.name)
  const username = text(claims.preferred_username)
  const email = text(claims.email)
  return {
    issuer,
    subject,
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email }),
    roles: texts(claims.roles),
    ...(Array.isArray(claims.groups) ? { groups: texts(claims.groups) } : {}),
    claims,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
}

import type { Identity } from "@doorward/oauth-core"

type Claims = Readonly<Record<string, unknown>>

/** Who verified claims are about (OIDC Core §5.1). Roles and groups are read where providers agree on a name. */
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
    groups: texts(claims.groups),
    claims,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
}

import type { AuthInfo } from "@doorward/mcp-server"

/** Who is calling, as a backend may learn it. */
export interface Caller {
  issuer: string
  subject: string
  clientId: string
  scopes: readonly string[]
  email: string | undefined
  name: string | undefined
  tenant: string | undefined
  roles: readonly string[]
  groups: readonly string[]
}

/** Reads who signed in; without a proxy, from the token's own claims. */
export function callerOf({ clientId, scopes, extra }: AuthInfo): Caller {
  const { verified, identity } = extra
  const known = { issuer: verified.issuer, subject: verified.subject, clientId, scopes }
  if (identity) {
    const { email, name, tenantId: tenant, roles, groups } = identity
    return { ...known, email, name, tenant, roles, groups }
  }
  const { email, name, tid, roles, groups } = verified.claims
  return {
    ...known,
    email: text(email),
    name: text(name),
    tenant: text(tid),
    roles: texts(roles),
    groups: texts(groups),
  }
}

function text(claim: unknown): string | undefined {
  return typeof claim === "string" ? claim : undefined
}

function texts(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : []
}

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
  /** `undefined` if the token does not say. */
  groups: readonly string[] | undefined
  /** The token, if the proxy in front of the backend issued it. */
  token: AuthInfo["extra"]["verified"] | undefined
}

/** Whoever has no token. No token has an empty subject, so nobody's session is anybody's. */
export const nobody: Caller = {
  issuer: "",
  subject: "",
  clientId: "",
  scopes: [],
  email: undefined,
  name: undefined,
  tenant: undefined,
  roles: [],
  groups: [],
  token: undefined,
}

/**
 * Reads who is calling; without a principal, from the token's own claims. What another issuer says has the
 * issuer before it, as in a policy: a backend must not take one issuer's `alice` for another's.
 */
export function callerOf({ clientId, scopes, extra }: AuthInfo): Caller {
  const { verified, principal, foreignIssuer } = extra
  const { issuer, subject } = verified
  if (principal) {
    const { email, name, tenantId: tenant, roles, groups } = principal.identity
    const token = extra.upstreamToken ? verified : undefined
    return { issuer, subject, clientId, scopes, email, name, tenant, roles, groups, token }
  }
  const own = (value: string) => (foreignIssuer === undefined ? value : `${foreignIssuer}#${value}`)
  const { email, name, tid, roles, groups } = verified.claims
  const isOwn = foreignIssuer === undefined
  return {
    issuer,
    subject: own(subject),
    clientId: clientId === "" ? "" : own(clientId),
    scopes,
    email: isOwn ? text(email) : undefined,
    name: text(name),
    tenant: isOwn ? text(tid) : undefined,
    roles: texts(roles).map(own),
    groups: Array.isArray(groups) ? texts(groups).map(own) : undefined,
    token: undefined,
  }
}

function text(claim: unknown): string | undefined {
  return typeof claim === "string" ? claim : undefined
}

function texts(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : []
}

import { comparableId } from "@doorward/boundary"
import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Principal } from "@doorward/oauth-core"
import { principalOf } from "../auth-info.ts"
import type { PolicyRule } from "./policy.ts"

/** The members of a rule of which a caller must have one value. */
export type Membership = "roles" | "groups" | "tenants" | "people" | "clients" | "callers"

/** Whoever makes a request, as rules look at them. `undefined` is what the token does not say. */
export interface Caller extends Readonly<Record<Membership, readonly string[] | undefined>> {
  /** `undefined` if nobody has signed in. */
  verified: VerifiedToken | undefined
  /** The scopes of the token, and those that they contain. */
  scopes: ReadonlySet<string>
}

/** A caller with a token. */
export interface KnownCaller extends Caller {
  verified: VerifiedToken
}

/** Whoever has no token: no rule that asks for anything is met. */
export const nobody: Caller = {
  verified: undefined,
  scopes: new Set(),
  roles: [],
  groups: [],
  tenants: [],
  people: [],
  clients: [],
  callers: [],
}

/**
 * @param isForeign whether the token comes from another issuer than the resource's own: what rules name
 * is then the other issuer's only if they say so, as `issuer#value`.
 */
export function callerOf(
  verified: VerifiedToken,
  scopes: ReadonlySet<string>,
  isForeign: boolean,
): KnownCaller {
  const principal = principalOf(verified)
  if (principal) return { verified, scopes, ...membershipsOf(principal, verified) }
  const { issuer, clientId, subject } = verified
  const { roles, groups, tid, oid } = verified.claims
  const own = (values: readonly string[]) =>
    isForeign ? values.map((value) => `${issuer}#${value}`) : values
  const isEntra = typeof tid === "string" && typeof oid === "string"
  const knownGroups = listOf(groups)
  return {
    verified,
    scopes,
    clients: own(clientId === undefined ? [] : [clientId]),
    roles: own(listOf(roles) ?? []),
    groups: knownGroups && own(knownGroups),
    tenants: own(typeof tid === "string" ? [tid] : []),
    people: own([subject, ...(isEntra ? [`${tid}.${oid}`] : [])]),
    callers: undefined,
  }
}

function membershipsOf(
  principal: Principal,
  { clientId }: VerifiedToken,
): Pick<Caller, Membership> {
  const { roles, groups, tenantId, subject } = principal.identity
  const { id, blueprintId } = ("agent" in principal && principal.agent) || {}
  return {
    roles,
    groups,
    tenants: listed(tenantId),
    people: principal.type === "person" ? [subject] : [],
    clients: [...listed(clientId), ...listed(id), ...listed(blueprintId)],
    callers: [principal.type],
  }
}

const listed = (value: string | undefined) => (value === undefined ? [] : [value])

function listOf(claim: unknown): readonly string[] | undefined {
  return Array.isArray(claim) ? claim.filter((value) => typeof value === "string") : undefined
}

/** Whether a caller has one of the values that a rule asks for, if it asks for any. */
export function hasOneOf(caller: Caller, rule: PolicyRule, membership: Membership): boolean {
  const wanted = rule[membership]
  if (wanted === undefined) return true
  const values = caller[membership] ?? []
  if (values.length === 0) return false
  if (wanted.some((value) => values.includes(value))) return true
  if (membership === "roles") return false
  const ids = new Set(values.map(comparableId))
  return wanted.some((value) => ids.has(comparableId(value)))
}

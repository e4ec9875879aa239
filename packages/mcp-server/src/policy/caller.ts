import type { VerifiedToken } from "@doorward/jwt-verifier"
import { isGranted } from "../auth-info.ts"
import type { PolicyRule } from "./policy.ts"

/** The members of a rule of which a caller must have one value. */
export type Membership = "roles" | "groups" | "tenants" | "people" | "clients"

/** Whoever makes a request, as rules look at them. */
export interface Caller extends Readonly<Record<Membership, readonly unknown[]>> {
  verified: VerifiedToken
  /** The scopes of the token, and those that they contain. */
  scopes: ReadonlySet<string>
}

export function callerOf(verified: VerifiedToken, scopes: ReadonlySet<string>): Caller {
  const clients = verified.clientId === undefined ? [] : [verified.clientId]
  if (isGranted(verified)) {
    const { roles, groups, tenantId, subject } = verified.identity
    const tenants = tenantId === undefined ? [] : [tenantId]
    return { verified, scopes, clients, roles, groups, tenants, people: [subject] }
  }
  const { roles, groups, tid, oid } = verified.claims
  const isEntra = typeof tid === "string" && typeof oid === "string"
  return {
    verified,
    scopes,
    clients,
    roles: listOf(roles),
    groups: listOf(groups),
    tenants: typeof tid === "string" ? [tid] : [],
    people: [verified.subject, ...(isEntra ? [`${tid}.${oid}`] : [])],
  }
}

const listOf = (claim: unknown): readonly unknown[] => (Array.isArray(claim) ? claim : [])

/** Whether a caller has one of the values that a rule asks for, if it asks for any. */
export function hasOneOf(caller: Caller, rule: PolicyRule, membership: Membership): boolean {
  const wanted = rule[membership]
  return wanted === undefined || wanted.some((value) => caller[membership].includes(value))
}

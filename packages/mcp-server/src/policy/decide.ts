import { principalOf } from "../auth-info.ts"
import type { ObjectKind, RequestedObject } from "../protocol/requested-objects.ts"
import { resourceScopes, union } from "../protocol/scope.ts"
import { type Caller, hasOneOf, type Membership } from "./caller.ts"
import type { Policy, PolicyRule } from "./policy.ts"
import {
  type AppliedRules,
  type RuleSet,
  rulesOfNames,
  rulesOfTemplates,
  rulesOfUris,
} from "./rule-set.ts"

/** Why a policy refuses, if not for want of scopes. */
export type PolicyRefusalReason =
  | "missing_role"
  | "missing_group"
  | "groups_unknown"
  | "tenant_not_allowed"
  | "person_not_allowed"
  | "client_not_allowed"
  | "caller_not_allowed"
  | "condition_not_met"
  | "no_rule"

/** What a policy says of a request. `neededScopes` are those of all rules that apply. */
export type Decision =
  | { isAllowed: true }
  | { isAllowed: false; reason: PolicyRefusalReason }
  | { isAllowed: false; reason: "insufficient_scope"; neededScopes: readonly string[] }

/** A rule's `when` failed; `cause` is what it threw. */
export class ConditionError extends Error {
  override readonly name = "ConditionError"
}

/** A policy, ready to decide. */
export interface Decider {
  /** Whether there is anything to decide about objects of a kind. */
  judges(kind: ObjectKind): boolean
  /**
   * Whether a caller may use all of these at once.
   *
   * @throws {ConditionError} if a rule's `when` fails.
   */
  decide(requested: readonly RequestedObject[], caller: Caller): Promise<Decision>
  /** The rules of each kind. */
  rules: Readonly<Record<ObjectKind, RuleSet>>
}

const REASONS: readonly (readonly [Membership, PolicyRefusalReason])[] = [
  ["roles", "missing_role"],
  ["groups", "missing_group"],
  ["tenants", "tenant_not_allowed"],
  ["people", "person_not_allowed"],
  ["clients", "client_not_allowed"],
  ["callers", "caller_not_allowed"],
]

export function decider({ default: whatElse = "allow", ...policy }: Policy): Decider {
  const isClosed = whatElse === "deny"
  const rules = {
    tool: rulesOfNames(policy.tools),
    prompt: rulesOfNames(policy.prompts),
    resource: rulesOfUris(policy.resources),
    template: rulesOfTemplates(policy.resources),
  }

  /** Everything but scopes, since signing in again for scopes helps only whoever meets the rest. */
  async function refusalFor(
    object: RequestedObject,
    { all, oneOf, isUnnamed }: AppliedRules,
    caller: Caller,
  ): Promise<PolicyRefusalReason | undefined> {
    if (isClosed && isUnnamed) return "no_rule"
    for (const rule of all) {
      const reason = await unmet(rule, object, caller)
      if (reason !== undefined) return reason
    }
    if (!isClosed || oneOf.length === 0) return undefined
    const reasons = await Promise.all(
      oneOf.map(async (rule) => {
        const reason = await unmet(rule, object, caller)
        return reason ?? (holds(caller, rule.scopes) ? undefined : "no_rule")
      }),
    )
    return reasons.includes(undefined) ? undefined : reasons[0]
  }

  return {
    rules,
    judges: (kind) => isClosed || !rules[kind].isEmpty,
    async decide(requested, caller) {
      const needed: (readonly string[])[] = []
      for (const object of requested) {
        const applied = rules[object.kind].rulesFor(object.name)
        const reason = await refusalFor(object, applied, caller)
        if (reason !== undefined) return { isAllowed: false, reason }
        needed.push(...applied.all.map(({ scopes = [] }) => resourceScopes(scopes)))
      }
      const neededScopes = union(...needed)
      if (holds(caller, neededScopes)) return { isAllowed: true }
      return { isAllowed: false, reason: "insufficient_scope", neededScopes }
    },
  }
}

async function unmet(
  rule: PolicyRule,
  { name, arguments: args }: RequestedObject,
  caller: Caller,
): Promise<PolicyRefusalReason | undefined> {
  const missing = REASONS.find(([membership]) => !hasOneOf(caller, rule, membership))
  if (missing) {
    const [membership, reason] = missing
    const isUnknown = membership === "groups" && caller.groups === undefined
    return isUnknown ? "groups_unknown" : reason
  }
  const { verified } = caller
  if (rule.when === undefined) return undefined
  if (verified === undefined) return "condition_not_met"
  const principal = principalOf(verified)
  const call = { name, arguments: args, verified, principal, identity: principal?.identity }
  try {
    // Only `true`: what an author forgets to return, or returns by mistake, allows nothing.
    const isMet = (await rule.when(call)) === true
    return isMet ? undefined : "condition_not_met"
  } catch (cause) {
    throw new ConditionError("a rule's condition failed", { cause })
  }
}

const holds = (caller: Caller, scopes: readonly string[] = []) =>
  scopes.every((scope) => caller.scopes.has(scope))

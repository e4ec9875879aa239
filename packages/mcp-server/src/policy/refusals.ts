import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { ProtectedResource } from "../protected-resource.ts"
import { type AmbiguousRequest, LONGEST_NAME } from "../protocol/requested-objects.ts"
import { insufficientScope, type Refused } from "../refusals.ts"
import { ConditionError, type Decision, type PolicyRefusalReason } from "./decide.ts"

const MESSAGES: Readonly<Record<PolicyRefusalReason, string>> = {
  missing_role: "You do not have a role that may use this.",
  missing_group: "You are not in a group that may use this.",
  groups_unknown:
    "Your sign-in does not say which groups you are in, and only some groups may use this. Ask whoever runs this server.",
  tenant_not_allowed: "Your organization may not use this.",
  person_not_allowed: "You may not use this.",
  client_not_allowed: "This may not be used through your application.",
  caller_not_allowed: "This may not be used by a caller of your kind.",
  condition_not_met: "You may not use this in this way.",
  no_rule: "Nobody may use this.",
}

/**
 * The refusal that a decision means. Only for want of scopes does it have a challenge: signing in again
 * gives nobody a role, so no client should try.
 */
export function refusedByPolicy(
  decision: Exclude<Decision, { isAllowed: true }>,
  verified: VerifiedToken,
  resource: ProtectedResource,
): Refused {
  if (decision.reason === "insufficient_scope") {
    const needed = [...resource.requireScopes, ...decision.neededScopes]
    return insufficientScope(verified, needed, resource)
  }
  const { reason } = decision
  return { status: 403, reason, message: MESSAGES[reason], verified }
}

/**
 * A name that is no text: what it is to a server that takes it all the same, no rule can know. Or more
 * text than rules should have to look at.
 */
export function nameUnreadable({ method, kind }: AmbiguousRequest): Refused {
  const what = kind === "tool" || kind === "prompt" ? "name" : "URI"
  return {
    status: 400,
    reason: "name_unreadable",
    message: `${method} needs a ${what} that is a text of at most ${LONGEST_NAME} characters.`,
    rpcCode: -32602,
  }
}

/** A rule that cannot be applied, or a list that cannot be filtered, lets nothing pass. */
export function policyFailed(error: unknown): Refused {
  const isCondition = error instanceof ConditionError
  return {
    status: 500,
    reason: isCondition ? "policy_failed" : "answer_unreadable",
    message: isCondition
      ? "The server could not decide whether you may do this."
      : "The server's answer could not be read.",
    rpcCode: -32603,
    cause: isCondition ? error.cause : error,
  }
}

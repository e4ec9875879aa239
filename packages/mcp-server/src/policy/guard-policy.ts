import type { CheckedOptions } from "../options-schema.ts"
import type { ProtectedResource } from "../protected-resource.ts"
import { requestedObjects } from "../protocol/requested-objects.ts"
import type { Refused } from "../refusals.ts"
import type { Caller, KnownCaller } from "./caller.ts"
import { decider } from "./decide.ts"
import { nameUnreadable, policyFailed, refusedByPolicy } from "./refusals.ts"
import { unmatchedRules } from "./unmatched-rules.ts"
import { type AnswerFilter, answerFilter } from "./visible-answer.ts"

/** The policy of a resource: the same rules for what is asked and for what is answered. */
export interface GuardPolicy {
  /** Why a body must not reach the server, if it must not: what it names decides, batches included. */
  refusal(body: unknown, caller: KnownCaller): Promise<Refused | undefined>
  /** What of the server's messages the caller may see. */
  filter(caller: Caller): AnswerFilter
}

/** @returns `undefined` if the policy has nothing to decide: requests and answers then pass untouched. */
export function guardPolicy(
  { policy, onUnmatchedRule }: Pick<CheckedOptions, "policy" | "onUnmatchedRule">,
  resource: ProtectedResource,
): GuardPolicy | undefined {
  const decides = decider(policy)
  if (!(["tool", "prompt", "resource"] as const).some(decides.judges)) return undefined
  const unmatched = unmatchedRules(policy, decides, (rule) => onUnmatchedRule?.(rule))
  return {
    async refusal(body, caller) {
      const { verified } = caller
      const requested = requestedObjects(body, decides.judges)
      if (!Array.isArray(requested)) return { ...nameUnreadable(requested), verified }
      if (requested.length === 0) return undefined
      try {
        const decision = await decides.decide(requested, caller)
        if (decision.isAllowed) return undefined
        return { ...refusedByPolicy(decision, verified, resource), requested }
      } catch (error) {
        return { ...policyFailed(error), verified, requested }
      }
    },
    filter: (caller) => answerFilter(decides, caller, unmatched),
  }
}

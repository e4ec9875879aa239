import type { Emulation } from "../state/emulation.ts"
import { EntraError } from "../aadsts/entra-error.ts"
import type { SignInSession } from "../state/grants.ts"
import type { User } from "../state/options.ts"

export type AccessDecision =
  | { kind: "allow" }
  | { kind: "block" }
  | { kind: "mfa"; policyIds: string[] }

/** What Conditional Access says to this user, signed in like this, asking for these resources. */
export function decideAccess(
  emulation: Emulation,
  user: User,
  session: SignInSession,
  resources: readonly string[],
): AccessDecision {
  const policies = emulation.policies.filter(
    (policy) =>
      (policy.users === undefined || policy.users.includes(user.username)) &&
      (policy.resources === undefined || policy.resources.some((id) => resources.includes(id))),
  )
  if (policies.some((policy) => policy.control === "block")) return { kind: "block" }
  if (policies.length === 0 || session.mfa) return { kind: "allow" }
  return { kind: "mfa", policyIds: policies.map((policy) => policy.id ?? unnamedPolicyId) }
}

const unnamedPolicyId = "2f9a6c1e-5b0d-4f7a-8c3e-6d1b9e4a7f02"

/** The refusal for a request without a user at hand: the client must send them to sign in. */
export function accessError(
  decision: AccessDecision,
  user: User,
  resource: string,
): EntraError | undefined {
  if (decision.kind === "allow") return undefined
  if (decision.kind === "block") return new EntraError(53003)
  const claims = JSON.stringify({
    access_token: { capolids: { essential: true, values: decision.policyIds } },
  })
  return new EntraError(user.mfaRegistered ? 50076 : 50079, { resource }, { claims })
}

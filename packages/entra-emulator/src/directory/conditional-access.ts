import type { OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { EntraError } from "../aadsts/entra-error.ts"
import { guid } from "./schema-parts.ts"
import type { User } from "./user.ts"

/** A Conditional Access policy. It applies to a sign-in that all of its conditions match. */
export interface ConditionalAccessPolicyInput {
  /** The policy's id, a GUID, which claims challenges name. Default: a fixed one. */
  id?: string | undefined
  /** What the policy does: require a second factor (`mfa`), or block. */
  control: "mfa" | "block"
  /** Usernames of the users that it applies to. Default: all users. */
  users?: readonly string[] | undefined
  /** Client ids of the resources (APIs) that it protects. Default: all resources. */
  resources?: readonly string[] | undefined
}

export const conditionalAccessPolicySchema = z.strictObject({
  id: guid.default("2f9a6c1e-5b0d-4f7a-8c3e-6d1b9e4a7f02"),
  control: z.enum(["mfa", "block"]),
  users: z.array(z.string().toLowerCase()).optional(),
  resources: z.array(guid).optional(),
} satisfies OptionFields<ConditionalAccessPolicyInput>)

export type ConditionalAccessPolicy = z.infer<typeof conditionalAccessPolicySchema>

export type AccessDecision =
  | { kind: "allow" }
  | { kind: "block" }
  | { kind: "mfa"; policyIds: string[] }

/** What somebody signs in to, and how. */
export interface AccessRequest {
  user: User
  /** Whether the session has a second factor. */
  mfa: boolean
  /** Client ids. */
  resources: readonly string[]
}

/** What the policies say about a sign-in. */
export function decideAccess(
  policies: readonly ConditionalAccessPolicy[],
  { user, mfa, resources }: AccessRequest,
): AccessDecision {
  const matching = policies.filter(
    (policy) =>
      (policy.users === undefined || policy.users.includes(user.username)) &&
      (policy.resources === undefined || policy.resources.some((id) => resources.includes(id))),
  )
  if (matching.some((policy) => policy.control === "block")) return { kind: "block" }
  if (matching.length === 0 || mfa) return { kind: "allow" }
  return { kind: "mfa", policyIds: matching.map(({ id }) => id) }
}

/** The refusal where no page can be shown: the client must send the user to sign in again. */
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

import { functionOption, type OptionFields } from "@doorward/boundary"
import { z } from "zod"
import { isScopeToken } from "../protocol/scope.ts"
import type { Policy, PolicyRule } from "./policy.ts"

export const scopesSchema = z.array(
  z.string().refine(isScopeToken, {
    error: ({ input }) =>
      `must be a scope, without spaces, quotes or backslashes: ${JSON.stringify(input)} is not one`,
  }),
)

/** An empty list would refuse everybody where its author may have meant nobody in particular. */
const oneOf = z.array(z.string()).min(1, "must name at least one").optional()

const ruleSchema = z.strictObject({
  scopes: scopesSchema.min(1, "must name at least one").optional(),
  roles: oneOf,
  groups: oneOf,
  tenants: oneOf,
  people: oneOf,
  clients: oneOf,
  callers: z
    .array(z.enum(["person", "app", "agent"], { error: "must be person, app or agent" }))
    .min(1, "must name at least one")
    .optional(),
  when: functionOption<NonNullable<PolicyRule["when"]>>().optional(),
} satisfies OptionFields<PolicyRule>)

const rulesSchema = z.record(z.string().min(1), ruleSchema).optional()

export const policySchema = z.strictObject({
  default: z.enum(["allow", "deny"], { error: "must be allow or deny" }).optional(),
  tools: rulesSchema,
  prompts: rulesSchema,
  resources: rulesSchema,
  scopeHierarchy: z.record(z.string(), scopesSchema).optional(),
} satisfies OptionFields<Policy>)

/** The places where zod would leave out a key of this name, and with it a rule that somebody relies on. */
export function hiddenKeys(policy: Policy): string[] {
  const records = ["tools", "prompts", "resources", "scopeHierarchy"] as const
  return records
    .filter((member) => Object.hasOwn(policy[member] ?? {}, "__proto__"))
    .map((member) => `policy.${member}.__proto__`)
}

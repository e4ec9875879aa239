import type { VerifiedToken } from "@doorward/jwt-verifier"
import { isGranted } from "../auth-info.ts"
import type { ConfiguredResource } from "../protected-resource.ts"
import { calledTools } from "../protocol/json-rpc.ts"
import { configuredScopes, includesAll, union } from "../protocol/scope.ts"
import { insufficientScope } from "./authenticate.ts"
import type { Refused } from "./refused.ts"

/** Who may call a tool. */
export interface ToolPolicy {
  /** Scopes that the token must have, all of them. */
  scopes?: readonly string[]
  /** App roles of which the caller must have one. */
  roles?: readonly string[]
}

export type ToolPolicies = Readonly<Record<string, ToolPolicy>>

/** Decides about the tool calls of a request, before the server sees any of them. */
export type ToolAuthorization = (body: unknown, verified: VerifiedToken) => Refused | undefined

/**
 * Holds every `tools/call` of a request, batched ones too, to its tool's policy.
 *
 * A missing role is no `insufficient_scope`: no sign-in mends it, so no client should start one.
 *
 * @throws {TypeError} if a policy names something that is not a scope.
 */
export function toolAuthorization(
  policies: ToolPolicies,
  resource: ConfiguredResource,
): ToolAuthorization {
  const byName = new Map(
    Object.entries(policies).map(([name, { scopes = [], roles = [] }]) => [
      name,
      { scopes: configuredScopes(scopes), roles },
    ]),
  )
  return (body, verified) => {
    if (byName.size === 0) return undefined
    const tools = calledTools(body)
    const held = tools.flatMap((name) => byName.get(name) ?? [])
    const roles = rolesOf(verified)
    if (held.some((policy) => policy.roles.length > 0 && !hasOneOf(roles, policy.roles))) {
      return {
        status: 403,
        reason: "missing_role",
        message: "You do not have a role that may call this tool.",
        verified,
        tools,
      }
    }
    const needed = union(resource.requireScopes, ...held.map((policy) => policy.scopes))
    if (includesAll(verified.scopes, needed)) return undefined
    return { ...insufficientScope(verified, needed, resource), tools }
  }
}

function rolesOf(verified: VerifiedToken): readonly unknown[] {
  if (isGranted(verified)) return verified.identity.roles
  return Array.isArray(verified.claims.roles) ? verified.claims.roles : []
}

function hasOneOf(roles: readonly unknown[], wanted: readonly string[]): boolean {
  return wanted.some((role) => roles.includes(role))
}

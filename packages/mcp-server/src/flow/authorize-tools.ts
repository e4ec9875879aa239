import type { VerifiedToken } from "@doorward/jwt-verifier"
import { isGranted } from "../auth-info.ts"
import type { ToolPolicies } from "../options.ts"
import type { ProtectedResource } from "../protected-resource.ts"
import { calledTools } from "../protocol/json-rpc.ts"
import { includesAll, resourceScopes, union } from "../protocol/scope.ts"
import { insufficientScope, missingRole, type Refused } from "../refusals.ts"

/** Decides about the tool calls of a request, before the server sees any of them. */
export type ToolAuthorization = (body: unknown, verified: VerifiedToken) => Refused | undefined

/** Checks every `tools/call` of a request, batched ones too, against its tool's policy. */
export function toolAuthorization(
  policies: ToolPolicies,
  resource: ProtectedResource,
): ToolAuthorization {
  const byName = new Map(
    Object.entries(policies).map(([name, { scopes = [], roles = [] }]) => [
      name,
      { scopes: resourceScopes(scopes), roles },
    ]),
  )
  return (body, verified) => {
    if (byName.size === 0) return undefined
    const tools = calledTools(body)
    const applied = tools.flatMap((name) => byName.get(name) ?? [])
    const roles = rolesOf(verified)
    if (applied.some((policy) => policy.roles.length > 0 && !hasOneOf(roles, policy.roles))) {
      return { ...missingRole, verified, tools }
    }
    const needed = union(resource.requireScopes, ...applied.map((policy) => policy.scopes))
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

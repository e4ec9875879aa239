import { EntraError } from "../aadsts/entra-error.ts"
import type { Directory } from "./directory.ts"
import type { RequestedScopes } from "./scopes.ts"
import { graphClientId } from "./well-known-ids.ts"

/** What the v2.0 endpoints do with `resource`: require that it matches the scopes, or refuse it. */
export type ResourceParameterRule = "match" | "refuse"

/**
 * Checks `resource` (RFC 8707). Before 2026 it was always refused. Now it must be, character for
 * character, an identifier of the one application that the scopes belong to.
 *
 * @throws {EntraError} 901002 or 9010010.
 */
export function checkResourceParameter(
  directory: Directory,
  rule: ResourceParameterRule,
  resource: string | undefined,
  requested: RequestedScopes,
): void {
  if (resource === undefined) return
  if (rule === "refuse") throw new EntraError(901002)
  const named = directory.resource(resource)
  const scopesOf = requested.resources.map((entry) => entry.resource.clientId)
  const ids = scopesOf.length > 0 ? scopesOf : [graphClientId]
  if (!named || ids.some((id) => id !== named.clientId)) throw new EntraError(9010010)
}

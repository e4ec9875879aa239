import type { Emulation } from "../state/emulation.ts"
import { EntraError } from "../aadsts/entra-error.ts"
import { graphClientId } from "./graph-registration.ts"
import type { RequestedScopes } from "./scopes.ts"

/**
 * What the v2.0 endpoints do with `resource` (RFC 8707): refuse it, or, since 2026, take it only if it
 * is character for character an identifier of the one application that the scopes belong to.
 *
 * @throws {EntraError} 901002 or 9010010.
 */
export function checkResourceParameter(
  emulation: Emulation,
  resource: string | undefined,
  requested: RequestedScopes,
): void {
  if (resource === undefined) return
  if (emulation.resourceParameter === "refuse") throw new EntraError(901002)
  const named = emulation.directory.resource(resource)
  const asked = requested.resources.map((entry) => entry.resource.clientId)
  const ids = asked.length > 0 ? asked : [graphClientId]
  if (!named || ids.some((id) => id !== named.clientId)) throw new EntraError(9010010)
}

import { consumersTenantId } from "./defaults.ts"
import { type Authority, type Directory, isAvailableIn } from "./directory.ts"
import { EntraError } from "./entra-error.ts"
import type { AppRegistration } from "./options.ts"

/**
 * The application that `clientId` names, if the authority of the request may be used with it.
 *
 * @throws {EntraError} 900144, 700016 or 50194.
 */
export function resolveClient(
  directory: Directory,
  authority: Authority,
  clientId: string | undefined,
): AppRegistration {
  if (!clientId) throw new EntraError(900144, { parameter: "client_id" })
  const app = directory.app(clientId)
  if (authority.kind === "tenant") {
    const { tenant } = authority
    if (app && isAvailableIn(app, tenant.id)) return app
    throw new EntraError(700016, { app: clientId, tenant: tenant.name })
  }
  if (app?.signInAudience === "AzureADMyOrg") {
    throw new EntraError(50194, { app: app.clientId, name: app.name })
  }
  const personalOnly = app?.signInAudience === "PersonalMicrosoftAccount"
  const refused =
    !app ||
    (authority.alias === "consumers" && !isAvailableIn(app, consumersTenantId)) ||
    (authority.alias === "organizations" && personalOnly)
  if (refused) throw new EntraError(700016, { app: clientId, tenant: authority.alias })
  return app
}

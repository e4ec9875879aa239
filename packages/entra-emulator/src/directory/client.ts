import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "./app-registration.ts"
import { type Authority, type Directory, isAvailableIn } from "./directory.ts"
import { consumersTenantId } from "./well-known-ids.ts"

/**
 * The application with this client id, if it can be used with the request's authority.
 *
 * @throws {EntraError} 900144, 700016, 9002332 or 50194.
 */
export function resolveClient(
  directory: Directory,
  authority: Authority,
  clientId: string | undefined,
): AppRegistration {
  if (!clientId) throw new EntraError(900144, { parameter: "client_id" })
  const app = directory.app(clientId)
  const notFoundIn = (tenant: string) => new EntraError(700016, { app: clientId, tenant })
  if (authority.kind === "tenant") {
    const { tenant } = authority
    if (app && isAvailableIn(app, tenant.id)) return app
    throw notFoundIn(tenant.name)
  }
  if (!app) throw notFoundIn(authority.alias)
  const values = { app: app.clientId, name: app.name }
  if (authority.alias === "consumers") {
    if (isAvailableIn(app, consumersTenantId)) return app
    throw new EntraError(9002332, values)
  }
  if (app.signInAudience === "AzureADMyOrg") throw new EntraError(50194, values)
  const personalOnly = app.signInAudience === "PersonalMicrosoftAccount"
  if (authority.alias === "organizations" && personalOnly) throw notFoundIn(authority.alias)
  return app
}

import type { AppRegistration } from "../directory/app-registration.ts"
import { isAvailableIn } from "../directory/directory.ts"
import { guidOf, servicePrincipalId } from "../directory/pairwise.ts"
import type { Emulation } from "../state/emulation.ts"
import { type GraphCaller, GraphError, requireAny } from "./caller.ts"

/** `GET /v1.0/servicePrincipals(appId='…')`: an application in the caller's tenant, with its scopes. */
export function servicePrincipal(emulation: Emulation, caller: GraphCaller, appId: string) {
  requireAny(caller, "Application.Read.All", "Directory.Read.All")
  const app = findApp(emulation, caller, appId)
  return {
    "@odata.context": `${emulation.urls.graph}/v1.0/$metadata#servicePrincipals/$entity`,
    id: servicePrincipalId(app.clientId, caller.tenantId),
    appDisplayName: app.name,
    appId: app.clientId,
    appOwnerOrganizationId: app.tenantId,
    appRoleAssignmentRequired: app.assignmentRequired,
    displayName: app.name,
    servicePrincipalNames: [...app.identifierUris, app.clientId],
    oauth2PermissionScopes: app.scopes.map(({ value, description, adminOnly }) => ({
      adminConsentDescription: description,
      adminConsentDisplayName: description,
      id: guidOf(`${app.clientId} ${value}`),
      isEnabled: true,
      type: adminOnly ? "Admin" : "User",
      userConsentDescription: description,
      userConsentDisplayName: description,
      value,
    })),
  }
}

/** `GET /v1.0/servicePrincipals(appId='…')/oauth2PermissionGrants`: the consents to an application. */
export function permissionGrants(emulation: Emulation, caller: GraphCaller, appId: string) {
  requireAny(caller, "Directory.Read.All", "Directory.ReadWrite.All")
  const { tenantId } = caller
  const { clientId } = findApp(emulation, caller, appId)
  const given = emulation.consents.given(tenantId, clientId)
  return {
    "@odata.context": `${emulation.urls.graph}/v1.0/$metadata#oauth2PermissionGrants`,
    value: given.map(({ oid, resource, scopes }) => ({
      clientId: servicePrincipalId(clientId, tenantId),
      consentType: oid === undefined ? "AllPrincipals" : "Principal",
      id: guidOf(`${tenantId} ${oid} ${clientId} ${resource}`),
      principalId: oid ?? null,
      resourceId: servicePrincipalId(resource, tenantId),
      scope: scopes.join(" "),
    })),
  }
}

function findApp(
  { directory }: Emulation,
  { tenantId }: GraphCaller,
  appId: string,
): AppRegistration {
  const app = directory.app(appId)
  if (app && isAvailableIn(app, tenantId)) return app
  throw new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${appId}' does not exist or one of its queried reference-property objects are not present.`,
  )
}

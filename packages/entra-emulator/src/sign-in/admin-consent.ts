import type { AppRegistration } from "../directory/app-registration.ts"
import { resolveClient } from "../directory/client.ts"
import { listed, type Permission, permissionsOf, pick } from "../directory/consent.ts"
import { tenantOf } from "../directory/directory.ts"
import { matchRedirectUri } from "../directory/redirect-uri.ts"
import { parseScopes, userInfoScopes } from "../directory/scopes.ts"
import type { Emulation } from "../state/emulation.ts"
import { parseClaimsRequest } from "./claims-request.ts"
import type { SignInStart } from "./start.ts"

/**
 * Reads a request for an administrator's consent for a whole tenant, to the scopes that it names or to
 * every permission that the registration lists.
 *
 * @throws {EntraError} for a bad request, which is shown as a page.
 */
export function parseAdminConsentRequest(
  emulation: Emulation,
  segment: string,
  parameters: URLSearchParams,
): SignInStart {
  const { directory } = emulation
  const authority = directory.authority(segment)
  const client = resolveClient(directory, authority, parameters.get("client_id") ?? undefined)
  const redirectUri = parameters.get("redirect_uri") ?? undefined
  matchRedirectUri(client, redirectUri)
  const scope = parameters.get("scope") ?? ""
  const requested = parseScopes(scope, client, tenantOf(authority), directory)
  const state = parameters.get("state") ?? undefined
  return {
    purpose: {
      kind: "admin-consent",
      redirectUri: redirectUri ?? "",
      state,
      permissions:
        scope === ""
          ? everyPermission(emulation, client)
          : permissionsOf(requested, client, userInfoScopes(directory).resource),
    },
    authority,
    client,
    scope,
    claims: parseClaimsRequest(undefined),
  }
}

function everyPermission({ directory }: Emulation, client: AppRegistration): Permission[] {
  const ids = new Set([...Object.keys(client.delegatedPermissions), client.clientId])
  return [...ids].flatMap((id) => {
    const resource = directory.app(id)
    return resource ? pick(resource, listed(resource, client)) : []
  })
}

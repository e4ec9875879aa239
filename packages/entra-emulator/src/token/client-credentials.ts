import { EntraError } from "../aadsts/entra-error.ts"
import { tenantOf } from "../directory/directory.ts"
import { parseScopes } from "../directory/scopes.ts"
import type { Emulation } from "../state/emulation.ts"
import { appAccessToken } from "./access-token.ts"
import type { TokenResponse } from "./issue-for-user.ts"
import { required, type TokenRequest } from "./token-request.ts"

/**
 * Issues a token to the application itself (OAuth 2.0 §4.4). The scope is `<resource>/.default`; the
 * answer has neither a scope nor a refresh token.
 */
export async function issueToApplication(
  emulation: Emulation,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { client, proof, authority, form } = request
  const isOpen = authority.kind === "alias" && authority.alias !== "organizations"
  if (isOpen) throw new EntraError(9001023)
  const scope = required(form, "scope")
  const tenant = tenantOf(authority) ?? emulation.directory.tenant(client.tenantId)
  if (!scope.endsWith("/.default")) throw new EntraError(1002012, { scope })
  const [entry, another] = parseScopes(scope, client, tenant, emulation.directory).resources
  if (!entry || another) throw new EntraError(28000, { scope })
  const lifetime = emulation.newTokenLifetime()
  const input = { tenantId: tenant.id, client, proof, entry, lifetime }
  return {
    token_type: "Bearer",
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: await appAccessToken(emulation, input),
  }
}

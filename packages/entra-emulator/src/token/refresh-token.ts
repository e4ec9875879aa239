import { EntraError, longTime } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "../directory/app-registration.ts"
import { checkResourceParameter } from "../directory/resource-parameter.ts"
import { parseScopes, type RequestedScopes } from "../directory/scopes.ts"
import type { Emulation } from "../state/emulation.ts"
import { type RefreshToken, refreshTokenLifetime } from "../state/grants.ts"
import { accountOfGrant } from "./account-of-grant.ts"
import { issueForUser, type TokenResponse } from "./issue-for-user.ts"
import { required, type TokenRequest, wantsClientInfo } from "./token-request.ts"

/**
 * Redeems a refresh token (OAuth 2.0 §6). The answer has a new one, and the old one stays valid:
 * Entra does not detect reuse. The token is bound to user and client, not to a resource.
 */
export async function redeemRefreshToken(
  emulation: Emulation,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { form, client, proof } = request
  const token = emulation.grants.refreshToken(required(form, "refresh_token"))
  if (!token) throw new EntraError(9002313)
  if (token.grant.clientId !== client.clientId) throw new EntraError(70000)
  checkAge(emulation, token)
  const account = accountOfGrant(emulation, client, token.grant, token.issuedAt)
  const requested = requestedScopes(emulation, client, token, form.get("scope"))
  checkResourceParameter(
    emulation.directory,
    emulation.resourceParameter,
    form.get("resource") ?? undefined,
    requested,
  )
  return issueForUser(emulation, {
    // The id_token of a refresh has no nonce.
    grant: { ...token.grant, nonce: undefined },
    account,
    client,
    proof,
    // A refresh always issues a refresh token, even if the request does not repeat offline_access.
    requested: { ...requested, oidc: [...new Set([...requested.oidc, "offline_access" as const])] },
    platform: token.platform,
    ...(token.spaExpiresAt !== undefined && { spaExpiresAt: token.spaExpiresAt }),
    wantsClientInfo: wantsClientInfo(form),
  })
}

function checkAge(emulation: Emulation, token: RefreshToken): void {
  const now = emulation.now()
  const issued = longTime(token.issuedAt)
  if (token.spaExpiresAt !== undefined && now >= token.spaExpiresAt) {
    throw new EntraError(700084, { issued })
  }
  if (now >= token.issuedAt + refreshTokenLifetime) throw new EntraError(700082, { issued })
}

function requestedScopes(
  emulation: Emulation,
  client: AppRegistration,
  { grant }: RefreshToken,
  given: string | null,
): RequestedScopes {
  const { directory } = emulation
  const tenant = directory.tenant(grant.tenantId)
  if (given?.trim() === "") throw new EntraError(28003)
  const requested = parseScopes(given ?? grant.scope, client, tenant, directory)
  const itself = requested.resources.find(({ resource }) => resource.clientId === client.clientId)
  const byGuid = itself?.identifier.toLowerCase() === client.clientId
  if (itself && !byGuid && (given === null || tenant.selfByGuidOnly)) {
    const [identifier = client.clientId] = client.identifierUris
    throw new EntraError(90009, { app: client.clientId, identifier })
  }
  return requested
}

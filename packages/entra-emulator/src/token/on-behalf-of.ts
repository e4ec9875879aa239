import { EntraError, longTime } from "../aadsts/entra-error.ts"
import type { AppRegistration } from "../directory/app-registration.ts"
import { parseScopes } from "../directory/scopes.ts"
import { type Claims, readOwnToken } from "../keys/jwt.ts"
import type { Emulation } from "../state/emulation.ts"
import type { Grant } from "../state/grants.ts"
import { accountOfGrant } from "./account-of-grant.ts"
import { issueForUser, type TokenResponse } from "./issue-for-user.ts"
import { required, type TokenRequest, wantsClientInfo } from "./token-request.ts"

/**
 * On-Behalf-Of: an API exchanges its caller's token for a token of another API, for the same user.
 *
 * @throws {EntraError} 50027, 50013, 240002, 500131 or 500133 for a bad assertion, or what `issueForUser` throws.
 */
export async function issueOnBehalfOf(
  emulation: Emulation,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { form, client, proof } = request
  const { directory } = emulation
  const assertion = required(form, "assertion")
  if (required(form, "requested_token_use") !== "on_behalf_of") {
    throw new EntraError(90023, { parameter: "requested_token_use" })
  }
  const scope = required(form, "scope")
  const claims = await checkAssertion(emulation, client, assertion)
  const grant = grantOf(emulation, client, claims)
  const issuedAt = Number(claims.iat) * 1000
  const account = accountOfGrant(emulation, client, grant, issuedAt)
  const requested = parseScopes(scope, client, directory.tenant(account.tenantId), directory)
  return issueForUser(emulation, {
    grant: { ...grant, scope },
    account,
    client,
    proof,
    requested,
    platform: "web",
    wantsClientInfo: wantsClientInfo(form),
  })
}

async function checkAssertion(
  emulation: Emulation,
  client: AppRegistration,
  assertion: string,
): Promise<Claims> {
  const token = await readOwnToken(assertion, emulation.keys)
  if (!token) throw new EntraError(50027)
  const { claims, genuine } = token
  if (!genuine) {
    const reason = "The provided signature value did not match the expected signature value."
    throw new EntraError(50013, { reason })
  }
  if (claims.azp === undefined && claims.appid === undefined) throw new EntraError(240002)
  const now = emulation.now()
  const expires = Number(claims.exp) * 1000
  const audience = String(claims.aud)
  const expected = [client.clientId, ...client.identifierUris]
  if (!expected.includes(audience) || typeof claims.scp !== "string") {
    throw new EntraError(500131, {
      audience,
      expected: client.identifierUris[0] ?? client.clientId,
      app: client.clientId,
      name: client.name,
    })
  }
  if (now >= expires) {
    throw new EntraError(500133, { now: longTime(now), expires: longTime(expires) })
  }
  return claims
}

/** A grant with the sign-in that the assertion came from. */
function grantOf(emulation: Emulation, client: AppRegistration, claims: Claims): Grant {
  const session = emulation.tokenSessions.get(String(claims.uti))
  if (!session) throw new EntraError(50013, { reason: "The session was not found." })
  const tenantId = String(claims.tid)
  return { clientId: client.clientId, tenantId, session, scope: "", cp1: false, nonce: undefined }
}

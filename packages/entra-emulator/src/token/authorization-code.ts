import { createHash } from "node:crypto"
import { EntraError } from "../aadsts/entra-error.ts"
import { tenantOf } from "../directory/directory.ts"
import { checkResourceParameter } from "../directory/resource-parameter.ts"
import { parseScopes, type RequestedScopes } from "../directory/scopes.ts"
import type { Emulation } from "../state/emulation.ts"
import { type AuthorizationCode, codeLifetime } from "../state/grants.ts"
import { accountOfGrant } from "./account-of-grant.ts"
import { issueForUser, type TokenResponse } from "./issue-for-user.ts"
import { required, type TokenRequest, wantsClientInfo } from "./token-request.ts"

/** Redeems an authorization code (OAuth 2.0 §4.1.3, RFC 7636). */
export async function redeemCode(
  emulation: Emulation,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { form, client, proof } = request
  const redirectUri = required(form, "redirect_uri")
  const code = emulation.grants.code(required(form, "code"))
  if (!code) throw new EntraError(9002313)
  const { grant } = code
  if (grant.clientId !== client.clientId) throw new EntraError(70000)
  const tenant = tenantOf(request.authority)
  if (tenant && tenant.id !== grant.tenantId) throw new EntraError(700005)
  if (code.redeemed) throw new EntraError(54005)
  if (emulation.now() >= code.issuedAt + codeLifetime) throw new EntraError(70008)
  if (redirectUri !== code.redirectUri) {
    throw new EntraError(500112, { given: redirectUri, requested: code.redirectUri })
  }
  checkVerifier(code, form.get("code_verifier") ?? undefined)
  const account = accountOfGrant(emulation, client, grant, code.issuedAt)
  const requested = requestedScopes(emulation, request, code)
  checkResourceParameter(
    emulation.directory,
    emulation.resourceParameter,
    form.get("resource") ?? undefined,
    requested,
  )
  code.redeemed = true
  return issueForUser(emulation, {
    grant,
    account,
    client,
    proof,
    requested,
    platform: code.platform,
    wantsClientInfo: wantsClientInfo(form),
  })
}

function checkVerifier(
  { challenge, platform }: AuthorizationCode,
  verifier: string | undefined,
): void {
  if (!challenge && platform === "spa") throw new EntraError(9002325)
  if (!challenge && verifier === undefined) return
  if (verifier === undefined || verifier === "") throw new EntraError(50148)
  const derived =
    challenge?.method === "S256"
      ? createHash("sha256").update(verifier).digest("base64url")
      : verifier
  if (derived !== challenge?.value) throw new EntraError(501481)
}

/** Without `scope`, the scopes of the authorization request, which must then be of one resource. */
function requestedScopes(
  emulation: Emulation,
  { form, client }: TokenRequest,
  { grant }: AuthorizationCode,
): RequestedScopes {
  const { directory } = emulation
  const tenant = directory.tenant(grant.tenantId)
  const given = form.get("scope")
  if (given?.trim() === "") throw new EntraError(28003)
  const authorized = parseScopes(grant.scope, client, tenant, directory)
  if (given === null) {
    if (authorized.resources.length > 1) throw new EntraError(28003)
    return authorized
  }
  const requested = parseScopes(given, client, tenant, directory)
  // OpenID Connect scopes of the sign-in apply even if the redemption does not repeat them.
  return { ...requested, oidc: [...new Set([...requested.oidc, ...authorized.oidc])] }
}

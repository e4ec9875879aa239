import { EntraError } from "../aadsts/entra-error.ts"
import { parseScopes } from "../directory/scopes.ts"
import type { Emulation } from "../state/emulation.ts"
import { accountOfGrant } from "./account-of-grant.ts"
import { issueForUser, type TokenResponse } from "./issue-for-user.ts"
import { required, type TokenRequest, wantsClientInfo } from "./token-request.ts"

/** Redeems a device code (RFC 8628 §3.4) after its user has signed in. */
export async function redeemDeviceCode(
  emulation: Emulation,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { form, client, proof } = request
  const { devices, directory } = emulation
  const device = devices.byDeviceCode(required(form, "device_code"))
  if (!device || device.clientId !== client.clientId) throw new EntraError(70018)
  if (devices.isExpired(device)) throw new EntraError(70020)
  const { state } = device
  if (state.kind === "pending") throw new EntraError(70016)
  if (state.kind === "declined") {
    throw new EntraError(65004, {}, { error: "authorization_declined" })
  }
  const { grant } = state
  const account = accountOfGrant(emulation, client, grant, device.issuedAt)
  const requested = parseScopes(device.scope, client, directory.tenant(grant.tenantId), directory)
  devices.forget(device)
  return issueForUser(emulation, {
    grant,
    account,
    client,
    proof,
    requested,
    platform: "public",
    wantsClientInfo: wantsClientInfo(form),
  })
}

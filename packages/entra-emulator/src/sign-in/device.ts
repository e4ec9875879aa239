import { parseClaimsRequest } from "./claims-request.ts"
import { resolveClient } from "../directory/client.ts"
import { deviceCodeLifetime } from "../state/devices.ts"
import type { Emulation } from "../state/emulation.ts"
import { parseScopes } from "../directory/scopes.ts"
import type { SignInStart } from "../state/transaction.ts"
import { required, tenantOf } from "../token/token-request.ts"

/**
 * The device authorization endpoint (RFC 8628 §3.1). It never gives `verification_uri_complete`.
 *
 * @throws {EntraError}
 */
export function startDevice(emulation: Emulation, segment: string, form: URLSearchParams) {
  const { directory, devices, urls } = emulation
  const authority = directory.authority(segment)
  const client = resolveClient(directory, authority, required(form, "client_id"))
  const scope = required(form, "scope")
  parseScopes(scope, client, tenantOf(authority), directory)
  const device = devices.start(client.clientId, segment, scope)
  const verificationUri = `${urls.base}/common/oauth2/deviceauth`
  return {
    user_code: device.userCode,
    device_code: device.deviceCode,
    verification_uri: verificationUri,
    expires_in: deviceCodeLifetime / 1000,
    interval: emulation.devicePollingInterval,
    message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${device.userCode} to authenticate.`,
  }
}

/** The sign-in that a user code stands for; `undefined` if nothing waits for it. */
export function deviceSignIn(emulation: Emulation, userCode: string): SignInStart | undefined {
  const device = emulation.devices.byUserCode(userCode)
  if (!device) return undefined
  const { directory } = emulation
  const authority = directory.authority(device.authority)
  return {
    purpose: { kind: "device", userCode: device.userCode },
    authority,
    client: resolveClient(directory, authority, device.clientId),
    scope: device.scope,
    claims: parseClaimsRequest(undefined),
  }
}

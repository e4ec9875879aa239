import { resolveClient } from "../directory/client.ts"
import { tenantOf } from "../directory/directory.ts"
import { parseScopes } from "../directory/scopes.ts"
import { deviceCodeLifetime } from "../state/devices.ts"
import type { Emulation } from "../state/emulation.ts"
import { required } from "./token-request.ts"

/**
 * Answers the device authorization endpoint (RFC 8628 §3.2). Entra sends no `verification_uri_complete`.
 *
 * @throws {EntraError} for a bad tenant, client or scope.
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
    interval: emulation.devicePollingSeconds,
    message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${device.userCode} to authenticate.`,
  }
}

import type { Deps } from "../deps.ts"
import { endWait, unknownUserCode, waitingDevice } from "./find-device.ts"
import { redirectUpstream, type UpstreamRedirect } from "./redirect-upstream.ts"

/**
 * Carries out the person's decision about a device (RFC 8628 §3.3). Nothing goes upstream before they have
 * approved.
 *
 * @returns where to sign in, or `undefined` if they declined.
 * @throws {OAuthError} `invalid_request` if the device no longer waits.
 */
export async function answerDevice(
  input: { deviceCode: string; approved: boolean },
  deps: Deps,
): Promise<UpstreamRedirect | undefined> {
  const { deviceCode } = input
  const { authorization } = await waitingDevice(deviceCode, deps)
  const { request } = authorization
  const { clientId, scopes, resource } = request
  if (!input.approved) {
    if (!(await endWait(deviceCode, { type: "denied" }, deps))) throw unknownUserCode()
    deps.emit({ type: "consent.denied", clientId })
    return undefined
  }
  deps.emit({ type: "consent.given", clientId, scopes, resource })
  return redirectUpstream({ type: "device", deviceCode, request }, deps)
}

import { resolveClient } from "../directory/client.ts"
import type { Emulation } from "../state/emulation.ts"
import { parseClaimsRequest } from "./claims-request.ts"
import type { SignInStart } from "./start.ts"

/** The sign-in that a device waits for (RFC 8628 §3.3); `undefined` if no device waits with this code. */
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

import { OAuthError } from "../../ports/errors.ts"
import type { SignIn } from "../../ports/identity-provider.ts"
import { type DeviceRequest, deviceCodeLifetime } from "../../records/device.ts"
import { userIdOf } from "../../records/user.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../grants/end-grants.ts"
import { checkSignIn } from "../hooks.ts"
import { createGrant } from "./create-grant.ts"
import { endWait, unknownUserCode, waitingDevice } from "./find-device.ts"
import { grantedScopes } from "./granted-scopes.ts"

/**
 * Gives a device what a person has approved and signed in for (RFC 8628 §3.3). Whoever may not sign in ends
 * its wait; after any other failure the person can try again with the same code.
 *
 * @throws {OAuthError} which only the person is told: there is nowhere to redirect.
 */
export async function approveDevice(
  input: { deviceCode: string; request: DeviceRequest; redeem: () => Promise<SignIn> },
  deps: Deps,
): Promise<void> {
  const { deviceCode, request } = input
  try {
    const { client } = await waitingDevice(deviceCode, deps)
    const signIn = await input.redeem()
    await checkSignIn(signIn.identity, client, deps)
    const scopes = grantedScopes(request.scopes, signIn, deps)
    const userId = await userIdOf(signIn.identity)
    const { resource } = request
    const codeLifetime = deviceCodeLifetime
    const grantId = await createGrant(
      { client, signIn, userId, scopes, resource, codeLifetime },
      deps,
    )
    if (await endWait(deviceCode, { type: "approved", grantId }, deps)) return
    await endGrant({ grantId, cause: "superseded" }, deps)
    throw unknownUserCode()
  } catch (error) {
    if (error instanceof OAuthError && error.code === "access_denied") {
      await endWait(deviceCode, { type: "denied" }, deps)
    }
    throw error
  }
}

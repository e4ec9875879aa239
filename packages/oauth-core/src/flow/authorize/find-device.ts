import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { type DeviceAuthorization, deviceAuthorizations, userCodes } from "../../records/device.ts"
import { parseUserCode } from "../../tokens/user-code.ts"
import { resolveClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"

/** A device that a person is asked to approve. */
export interface WaitingDevice {
  deviceCode: string
  authorization: DeviceAuthorization
  client: Client
}

/**
 * Finds the device that waits with the code that a person typed (RFC 8628 §3.3).
 *
 * @throws {OAuthError} `invalid_request` if there is none, without saying why.
 */
export async function findDevice(typed: string, deps: Deps): Promise<WaitingDevice> {
  const userCode = parseUserCode(typed)
  const found = userCode === undefined ? undefined : await deps.records.get(userCodes, userCode)
  if (!found) throw unknownUserCode()
  return waitingDevice(found.value, deps)
}

/**
 * Reads a device that still waits.
 *
 * @throws {OAuthError} `invalid_request` if it does not.
 */
export async function waitingDevice(deviceCode: string, deps: Deps): Promise<WaitingDevice> {
  const authorization = (await deps.records.get(deviceAuthorizations, deviceCode))?.value
  if (authorization?.outcome.type !== "pending" || authorization.expiresAt <= deps.now()) {
    throw unknownUserCode()
  }
  const client = await resolveClient(authorization.request.clientId, deps)
  return { deviceCode, authorization, client }
}

/** Ends the wait of a device. @returns whether it still waited. */
export async function endWait(
  deviceCode: string,
  outcome: DeviceAuthorization["outcome"],
  deps: Deps,
): Promise<boolean> {
  let isEnded = false
  await deps.records.update(deviceAuthorizations, deviceCode, (current) => {
    isEnded = current?.value.outcome.type === "pending" && current.value.expiresAt > deps.now()
    return current && isEnded
      ? { value: { ...current.value, outcome }, expiresAt: current.expiresAt }
      : undefined
  })
  return isEnded
}

/** The error for a code that no device waits with, whatever became of it. */
export const unknownUserCode = (): OAuthError =>
  new OAuthError(
    "invalid_request",
    "user_code_unknown",
    "No device waits with this code. It may be mistyped, used already, or older than 15 minutes. Compare it with the device, or start again there.",
  )

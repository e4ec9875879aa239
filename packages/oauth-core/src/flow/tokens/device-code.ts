import type { Client } from "../../ports/client.ts"
import { OAuthError, type OAuthErrorCode } from "../../ports/errors.ts"
import type { RefusalReason } from "../../ports/events.ts"
import type { DeviceTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import { type DeviceAuthorization, deviceAuthorizations } from "../../records/device.ts"
import type { Stored } from "../../records/record-store.ts"
import { renewClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"
import { activateGrant, issueTokens, refreshKeyOf } from "./issue.ts"

/** By how much a device that asks too often must wait longer, and the longest wait. Milliseconds. */
const slowDownBy = 5 * 1000
const intervalMax = 60 * 1000

/**
 * Redeems a device code once a person has approved it (RFC 8628 §3.4). One request gets the tokens, on all
 * instances together; until then each is told to wait.
 *
 * @throws {OAuthError} `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, or
 * `invalid_grant` if the code is unknown, used or another client's.
 */
export async function redeemDeviceCode(
  input: { request: DeviceTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client } = input
  const device = await deps.records.get(deviceAuthorizations, request.deviceCode)
  if (!device) throw refuse("invalid_grant", "device_code_unknown", startAgain)
  if (device.value.request.clientId !== client.id) {
    throw refuse("invalid_grant", "device_code_of_another_client", startAgain)
  }
  const { outcome, expiresAt } = device.value
  switch (outcome.type) {
    case "denied":
      throw refuse("access_denied", "consent_denied", "The person did not approve the request.")
    case "redeemed":
      throw refuse("invalid_grant", "device_code_replayed", startAgain)
    case "pending":
      if (expiresAt <= deps.now()) {
        throw refuse(
          "expired_token",
          "device_code_expired",
          "Nobody approved in time. Start again.",
        )
      }
      return wait(request.deviceCode, deps)
    case "approved":
      return redeem(input, outcome.grantId, device, deps)
  }
}

async function redeem(
  {
    request,
    client,
    jkt,
  }: { request: DeviceTokenRequest; client: Client; jkt: string | undefined },
  grantId: string,
  device: Stored<DeviceAuthorization>,
  deps: Deps,
): Promise<TokenResponse> {
  const { deviceCode, resources } = request
  const grant = await activateGrant(grantId, { resources, jkt: refreshKeyOf(client, jkt) }, deps)
  if (!grant) throw refuse("invalid_grant", "grant_ended", startAgain)
  await renewClient(client, deps)
  const { userId, scopes } = grant
  const response = await issueTokens({ grantId, grant, scopes, jkt }, deps)
  const redeemed = { ...device.value, outcome: { type: "redeemed" as const } }
  const { expiresAt } = device
  if (!(await deps.records.swap(deviceAuthorizations, deviceCode, device, redeemed, expiresAt))) {
    throw refuse("invalid_grant", "device_code_replayed", startAgain)
  }
  deps.emit({ type: "token.issued", clientId: client.id, userId, grantId })
  return response
}

/** Tells a device to wait, and to wait longer if it did not (RFC 8628 §3.5). */
async function wait(deviceCode: string, deps: Deps): Promise<never> {
  let isTooFast = false
  await deps.records.update(deviceAuthorizations, deviceCode, (current) => {
    // Once the person has decided, only redeeming changes the record: it must not lose to this.
    if (current?.value.outcome.type !== "pending") return undefined
    const { polledAt, interval } = current.value
    const now = deps.now()
    isTooFast = now < polledAt + interval
    const next = isTooFast ? Math.min(interval + slowDownBy, intervalMax) : interval
    const value = { ...current.value, polledAt: now, interval: next }
    return { value, expiresAt: current.expiresAt }
  })
  throw isTooFast
    ? refuse("slow_down", "device_polls_too_fast", "Wait 5 seconds longer between two requests.")
    : refuse("authorization_pending", "device_pending", "Nobody has approved yet. Ask again.")
}

const startAgain = "The device code is unknown or already used. Start again."

const refuse = (code: OAuthErrorCode, reason: RefusalReason, description: string) =>
  new OAuthError(code, reason, description)

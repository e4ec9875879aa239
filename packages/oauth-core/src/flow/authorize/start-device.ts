import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { Parameters } from "../../protocol/parameters.ts"
import { chooseResource } from "../../protocol/resource.ts"
import { chooseScopes } from "../../protocol/scope.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import {
  deviceAuthorizations,
  deviceCodeKept,
  deviceCodeLifetime,
  userCodes,
} from "../../records/device.ts"
import { createOpaqueToken } from "../../tokens/opaque-token.ts"
import { createUserCode, shownUserCode } from "../../tokens/user-code.ts"
import type { Deps } from "../deps.ts"

/** A device authorization response (RFC 8628 §3.2). */
export interface DeviceAuthorizationResponse {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  /** Seconds. */
  expires_in: number
  /** Seconds. */
  interval: number
}

const interval = 5 * 1000
const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code"

/**
 * Starts a device authorization (RFC 8628 §3.1): the device shows a code, which a person enters in a browser
 * elsewhere.
 *
 * @throws {OAuthError} `unauthorized_client` if the client did not register for it; `invalid_scope` or
 * `invalid_target`.
 */
export async function startDevice(
  input: { client: Client; parameters: Parameters },
  deps: Deps,
): Promise<DeviceAuthorizationResponse> {
  const { client, parameters } = input
  if (client.grantTypes && !client.grantTypes.includes(deviceCodeGrant)) throw notAllowed()
  const known = deps.settings.resources
  const resource = chooseResource(
    parameters.getAll("resource"),
    known.map((each) => each.resource),
    known.length === 1 ? known[0]?.resource : undefined,
  )
  const supported = known.find((each) => each.resource === resource)?.scopes ?? []
  const scopes = [...chooseScopes(parameters.get("scope"), supported)]
  const deviceCode = createOpaqueToken()
  const userCode = await claimUserCode(deviceCode, deps)
  const now = deps.now()
  const authorization = {
    request: { clientId: client.id, scopes, resource },
    userCode,
    expiresAt: now + deviceCodeLifetime,
    interval,
    polledAt: 0,
    outcome: { type: "pending" as const },
  }
  await deps.records.put(deviceAuthorizations, deviceCode, authorization, now + deviceCodeKept)
  const page = `${deps.settings.issuer}${endpointPaths.device}`
  return {
    device_code: deviceCode,
    user_code: shownUserCode(userCode),
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${shownUserCode(userCode)}`,
    expires_in: deviceCodeLifetime / 1000,
    interval: interval / 1000,
  }
}

const notAllowed = () =>
  new OAuthError(
    "unauthorized_client",
    "grant_type_not_allowed",
    `This client did not register for this: its grant_types must include ${deviceCodeGrant}.`,
  )

/** Takes a user code that no other device waits with. */
async function claimUserCode(deviceCode: string, deps: Deps): Promise<string> {
  for (;;) {
    const userCode = createUserCode()
    const until = deps.now() + deviceCodeLifetime
    if (await deps.records.swap(userCodes, userCode, undefined, deviceCode, until)) return userCode
  }
}

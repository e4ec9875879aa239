import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration, RedirectUri } from "../directory/app-registration.ts"
import { resolveClient } from "../directory/client.ts"
import type { Emulation } from "../state/emulation.ts"
import { redeemCode } from "./authorization-code.ts"
import {
  authenticateClient,
  type CredentialNeed,
  deviceNeedOf,
  needOf,
  presentedClient,
} from "./client-authentication.ts"
import { issueToApplication } from "./client-credentials.ts"
import { redeemDeviceCode } from "./device-code.ts"
import type { TokenResponse } from "./issue-for-user.ts"
import { issueOnBehalfOf } from "./on-behalf-of.ts"
import { redeemRefreshToken } from "./refresh-token.ts"
import { required, type TokenRequest } from "./token-request.ts"

type Platform = RedirectUri["platform"]
type RedeemGrant = (emulation: Emulation, request: TokenRequest) => Promise<TokenResponse>

/** The registered name, and the older one that MSAL still sends. */
const deviceCodeGrants = ["urn:ietf:params:oauth:grant-type:device_code", "device_code"]

const grants: Readonly<Record<string, RedeemGrant>> = {
  authorization_code: redeemCode,
  refresh_token: redeemRefreshToken,
  client_credentials: issueToApplication,
  "urn:ietf:params:oauth:grant-type:jwt-bearer": issueOnBehalfOf,
  ...Object.fromEntries(deviceCodeGrants.map((name) => [name, redeemDeviceCode])),
}

export interface TokenEndpointInput {
  /** The path's tenant. */
  segment: string
  form: URLSearchParams
  authorization: string | undefined
  origin: string | undefined
}

/** Answers the token endpoint (OAuth 2.0 §3.2). @throws {EntraError} */
export async function answerTokenRequest(
  emulation: Emulation,
  input: TokenEndpointInput,
): Promise<TokenResponse> {
  const { segment, form, origin } = input
  const authority = emulation.directory.authority(segment)
  const grantType = required(form, "grant_type")
  const presented = presentedClient(form, input.authorization)
  const client = resolveClient(emulation.directory, authority, presented.id)
  const redeem = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
  if (!redeem) throw new EntraError(70003, { grantType })
  const platform = platformOf(emulation, form)
  if (platform !== undefined) checkOrigin(platform, origin)
  const need = credentialNeed(grantType, platform, client)
  const proof = await authenticateClient(emulation, client, segment, presented, need)
  return redeem(emulation, { authority, client, proof, form })
}

/** Client credentials and On-Behalf-Of always need a credential. */
function credentialNeed(
  grantType: string,
  platform: Platform | undefined,
  client: AppRegistration,
): CredentialNeed {
  if (deviceCodeGrants.includes(grantType)) return deviceNeedOf(client)
  const isRedirectGrant = grantType === "authorization_code" || grantType === "refresh_token"
  return isRedirectGrant ? needOf(platform, client) : "credential"
}

/** The platform of the redirect URI that the presented code or refresh token came through. */
function platformOf(emulation: Emulation, form: URLSearchParams): Platform | undefined {
  switch (form.get("grant_type")) {
    case "authorization_code":
      return emulation.grants.code(form.get("code") ?? "")?.platform
    case "refresh_token":
      return emulation.grants.refreshToken(form.get("refresh_token") ?? "")?.platform
    default:
      return undefined
  }
}

/** A single-page application must redeem from a browser, which sends `Origin`, and others must not. */
function checkOrigin(platform: Platform, origin: string | undefined): void {
  if (platform === "spa" && origin === undefined) throw new EntraError(9002327)
  if (platform !== "spa" && origin !== undefined) throw new EntraError(9002326, { origin })
}

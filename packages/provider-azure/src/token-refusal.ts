import type { TokenErrorCode } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"
import type { MendOf } from "@doorward/provider-oidc/upstream"
import { decodeJwt } from "jose"
import type { TokenVersion } from "./authority.ts"

const versionMends: Readonly<Record<TokenVersion, string>> = {
  1: 'Entra ID issues v2.0 tokens for this API, as "requestedAccessTokenVersion" in App registrations > Manifest says. Set the option tokenVersion to 2.',
  2: 'Entra ID issues v1.0 tokens for this API. Set "requestedAccessTokenVersion": 2 under "api" in App registrations > Manifest (or the option tokenVersion to 1).',
}

/**
 * What is wrong with an access token of the other version than the expected, which otherwise would
 * show as a wrong issuer; `undefined` if it is not of the other version.
 */
export function otherVersion(
  token: string,
  expected: TokenVersion,
): IdentityProviderError | undefined {
  const ver = unverifiedVersion(token)
  if (ver !== (expected === 2 ? "1.0" : "2.0")) return undefined
  return new IdentityProviderError("operator", "token_version", versionMends[expected])
}

function unverifiedVersion(token: string): unknown {
  try {
    return decodeJwt(token).ver
  } catch {
    return undefined
  }
}

const mends: Partial<Record<TokenErrorCode, string>> = {
  wrong_audience:
    "Its audience is another app: identifierUri must belong to the registration of clientId, or acceptedAudiences must name the API's client id.",
  wrong_issuer: "It is from another tenant or cloud: compare tenantId and authorityHost.",
}

/** How it is mended that a token fresh from Entra ID does not pass. */
export const mendOf: MendOf = (code) => mends[code]

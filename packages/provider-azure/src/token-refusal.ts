import type { OptionName } from "@doorward/boundary"
import type { TokenErrorCode } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"
import type { FixOf } from "@doorward/upstream-client"
import { decodeJwt } from "jose"
import type { TokenVersion } from "./authority.ts"

type NamedText = (name: OptionName) => string

const versionFixes: Readonly<Record<TokenVersion, NamedText>> = {
  1: (name) =>
    `Entra ID issues v2.0 tokens for this API, because "requestedAccessTokenVersion" in App registrations > Manifest is 2. Set ${name("tokenVersion")} to 2.`,
  2: (name) =>
    `Entra ID issues v1.0 tokens for this API. Set "requestedAccessTokenVersion": 2 under "api" in App registrations > Manifest (or set ${name("tokenVersion")} to 1).`,
}

/**
 * The error for an access token of the other version than expected, which would otherwise show as a
 * wrong issuer; `undefined` if the token is not of the other version.
 */
export function otherVersion(
  token: string,
  expected: TokenVersion,
  name: OptionName,
): IdentityProviderError | undefined {
  const ver = unverifiedVersion(token)
  if (ver !== (expected === 2 ? "1.0" : "2.0")) return undefined
  return new IdentityProviderError("operator", "token_version", versionFixes[expected](name))
}

function unverifiedVersion(token: string): unknown {
  try {
    return decodeJwt(token).ver
  } catch {
    return undefined
  }
}

/** What to do about a token for another audience than the API's. */
export const wrongAudienceFix: NamedText = (name) =>
  `Its audience is another app: ${name("identifierUri")} must belong to the registration of ${name("clientId")}, or ${name("acceptedAudiences")} must name the API's client id.`

const fixes: Partial<Record<TokenErrorCode, NamedText>> = {
  wrong_audience: wrongAudienceFix,
  wrong_issuer: (name) =>
    `It is from another tenant or cloud: compare ${name("tenantId")} and ${name("authorityHost")}.`,
}

/** What to do if a token fresh from Entra ID does not pass. */
export const fixOf =
  (name: OptionName): FixOf =>
  (code) =>
    fixes[code]?.(name)

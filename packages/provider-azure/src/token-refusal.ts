import { TokenError } from "@doorward/jwt-verifier"
import { IdentityProviderError } from "@doorward/oauth-core"
import { decodeJwt } from "jose"
import type { TokenVersion } from "./authority.ts"

/**
 * Refuses an access token of the other version by name, before its issuer and audience would be found
 * wrong without anybody seeing why.
 */
export function checkTokenVersion(token: string, expected: TokenVersion): void {
  const ver = unverifiedVersion(token)
  if (ver === undefined || ver === `${expected}.0`) return
  throw new IdentityProviderError(
    "operator",
    "token_version",
    expected === 2
      ? 'Entra ID issues v1.0 tokens for this API. Set "requestedAccessTokenVersion": 2 under "api" in App registrations > Manifest (or the option tokenVersion to 1).'
      : 'Entra ID issues v2.0 tokens for this API, as "requestedAccessTokenVersion" in App registrations > Manifest says. Set the option tokenVersion to 2.',
  )
}

function unverifiedVersion(token: string): unknown {
  try {
    return decodeJwt(token).ver
  } catch {
    return undefined
  }
}

const names = { idToken: "id_token", accessToken: "access token" } as const

/** What it means that a token fresh from Entra ID failed verification: nobody but the operator can mend it. */
export function unacceptableToken(
  which: "idToken" | "accessToken",
  error: unknown,
): IdentityProviderError {
  const code = error instanceof TokenError ? error.code : "malformed"
  if (error instanceof TokenError && error.status === 503) {
    return new IdentityProviderError(
      "unavailable",
      code,
      "Microsoft Entra ID's keys are not to be had at the moment.",
      { cause: error },
    )
  }
  const mends: Partial<Record<typeof code, string>> = {
    expired: "Set the clock of this server.",
    not_yet_valid: "Set the clock of this server.",
    wrong_audience:
      "Its audience is another app: identifierUri must belong to the registration of clientId, or acceptedAudiences must name the API's client id.",
    wrong_issuer: "It is from another tenant or cloud: compare tenantId and authorityHost.",
  }
  return new IdentityProviderError(
    "operator",
    `${which === "idToken" ? "id_token" : "access_token"}_${code}`,
    `Entra ID's ${names[which]} can't be accepted. ${mends[code] ?? "The reason is in this server's log."}`,
    { cause: error },
  )
}

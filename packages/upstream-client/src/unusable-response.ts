import { IdentityProviderError } from "@doorward/oauth-core"
import * as oauth from "oauth4webapi"

/** What it means if a successful response failed a check. */
export function unusableResponse(error: unknown): unknown {
  if (error instanceof IdentityProviderError) return error
  if (comparedClaim(error) === "nonce") {
    return new IdentityProviderError(
      "sign_in_required",
      "nonce_mismatch",
      "The identity provider's answer does not belong to this sign-in. Start again.",
      { cause: withoutTokens(error) },
    )
  }
  if (codeOf(error) === oauth.JWT_TIMESTAMP_CHECK) {
    return new IdentityProviderError(
      "operator",
      "clock_skew",
      "The identity provider's id_token is not valid at this server's time. Set the clock of this server.",
      { cause: withoutTokens(error) },
    )
  }
  return new IdentityProviderError(
    "operator",
    "unusable_token_response",
    "The identity provider's answer failed a check. The reason is in this server's log.",
    { cause: withoutTokens(error) },
  )
}

/** Keeps the message only: oauth4webapi attaches the whole response, including tokens, to its errors. */
export function withoutTokens(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : "unknown")
}

function codeOf(error: unknown): string | undefined {
  return error instanceof oauth.OperationProcessingError ? error.code : undefined
}

function comparedClaim(error: unknown): unknown {
  if (!(error instanceof oauth.OperationProcessingError)) return undefined
  const { cause } = error
  return typeof cause === "object" && cause !== null && "claim" in cause ? cause.claim : undefined
}

import { OAuthError, type OAuthErrorCode } from "../errors.ts"
import type { RefusalReason } from "../events.ts"
import type { IdentityProviderError, UpstreamFailure } from "../identity-provider.ts"

/** Seconds until a client may try again, where the upstream provider did not say. */
const retryAfter = { operator: 60, unavailable: 5 }

const meaning: Record<
  UpstreamFailure,
  { atAuthorization: OAuthErrorCode; atToken: OAuthErrorCode; reason: RefusalReason }
> = {
  denied: {
    atAuthorization: "access_denied",
    atToken: "invalid_grant",
    reason: "upstream_denied",
  },
  sign_in_required: {
    atAuthorization: "login_required",
    atToken: "invalid_grant",
    reason: "upstream_sign_in_required",
  },
  interaction_required: {
    atAuthorization: "interaction_required",
    atToken: "invalid_grant",
    reason: "upstream_interaction_required",
  },
  operator: {
    atAuthorization: "server_error",
    atToken: "temporarily_unavailable",
    reason: "upstream_misconfigured",
  },
  unavailable: {
    atAuthorization: "temporarily_unavailable",
    atToken: "temporarily_unavailable",
    reason: "upstream_unavailable",
  },
}

const reasonOf = ({ failure, reason }: IdentityProviderError): RefusalReason => {
  if (reason === "sign_in_refused") return reason
  return reason === "subject_changed" ? "upstream_subject_changed" : meaning[failure].reason
}

/**
 * What a failure upstream means for the client: at the authorization endpoint every failure has its
 * code (OAuth 2.1 §4.1.2.1); at the token endpoint a refusal is `invalid_grant`, and everything else
 * is worth another try with the same refresh token.
 */
export function asOAuthError(
  error: IdentityProviderError,
  endpoint: "atAuthorization" | "atToken",
): OAuthError {
  const { failure } = error
  const wait = failure === "operator" || failure === "unavailable" ? retryAfter[failure] : undefined
  const seconds = error.retryAfter ?? wait
  return new OAuthError(meaning[failure][endpoint], reasonOf(error), error.message, {
    cause: error,
    ...(seconds === undefined ? {} : { retryAfter: seconds }),
  })
}

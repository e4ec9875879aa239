import { OAuthError, type OAuthErrorCode } from "../../ports/errors.ts"
import type { RefusalReason } from "../../ports/events.ts"
import { IdentityProviderError, type UpstreamFailure } from "../../ports/identity-provider.ts"

/** Seconds until a client may try again, if the upstream provider did not say. */
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

/**
 * The provider confirms a sign-in, but this server refuses it: `onSignIn` said no, or the answer is
 * about a different person.
 */
export class SignInRefusal extends IdentityProviderError {
  readonly refusal: "sign_in_refused" | "upstream_subject_changed"

  constructor(refusal: SignInRefusal["refusal"], message: string, options?: ErrorOptions) {
    super("denied", refusal, message, options)
    this.refusal = refusal
  }
}

/** The reason that events give for an upstream failure. */
export const reasonOf = (error: IdentityProviderError): RefusalReason =>
  error instanceof SignInRefusal ? error.refusal : meaning[error.failure].reason

/**
 * Translates an upstream failure for the client. At the authorization endpoint every failure has its
 * own code (OAuth 2.1 §4.1.2.1). At the token endpoint a refusal is `invalid_grant`; after anything
 * else the client can try again with the same refresh token.
 */
export function asOAuthError(
  error: IdentityProviderError,
  endpoint: "atAuthorization" | "atToken",
): OAuthError {
  const { failure } = error
  const wait = failure === "operator" || failure === "unavailable" ? retryAfter[failure] : undefined
  const seconds = error.retryAfter ?? wait
  const { cause } = error
  const { detail, userId } = cause instanceof OAuthError ? cause : {}
  return new OAuthError(meaning[failure][endpoint], reasonOf(error), error.message, {
    cause: error,
    ...(seconds === undefined ? {} : { retryAfter: seconds }),
    ...(detail === undefined ? {} : { detail }),
    ...(userId === undefined ? {} : { userId }),
  })
}

/**
 * Calls the provider. Anything that it throws other than {@link IdentityProviderError} is treated as a
 * temporary fault.
 *
 * @throws {IdentityProviderError} if the call fails.
 */
export async function askProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof IdentityProviderError) throw cause
    throw new IdentityProviderError(
      "unavailable",
      "fault",
      "The sign-in service gave an answer that this server does not understand. Try again in a moment.",
      { cause },
    )
  }
}

/**
 * Calls the provider while a person waits at the authorization endpoint.
 *
 * @throws {OAuthError} if the call fails.
 */
export async function atAuthorization<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await askProvider(ask)
  } catch (error) {
    throw error instanceof IdentityProviderError ? asOAuthError(error, "atAuthorization") : error
  }
}

import { OAuthError, type OAuthErrorCode } from "../../ports/errors.ts"
import type { RefusalReason } from "../../ports/events.ts"
import { IdentityProviderError, type UpstreamFailure } from "../../ports/identity-provider.ts"

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

/**
 * A sign-in that the provider still confirms and this server refuses: by the operator's `onSignIn`, or
 * since it is somebody else's by now.
 */
export class SignInRefusal extends IdentityProviderError {
  readonly refusal: "sign_in_refused" | "upstream_subject_changed"

  constructor(refusal: SignInRefusal["refusal"], message: string, options?: ErrorOptions) {
    super("denied", refusal, message, options)
    this.refusal = refusal
  }
}

/** What the events call a failure upstream. */
export const reasonOf = (error: IdentityProviderError): RefusalReason =>
  error instanceof SignInRefusal ? error.refusal : meaning[error.failure].reason

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

/**
 * Asks the provider. Whatever it throws that is no refusal of its own is a fault, which another try may
 * get past.
 *
 * @throws {IdentityProviderError}
 */
export async function askProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof IdentityProviderError) throw cause
    throw new IdentityProviderError(
      "unavailable",
      "fault",
      "The sign-in service gave no answer that this server understands. Try again in a moment.",
      { cause },
    )
  }
}

/**
 * Asks the provider while a person waits at the authorization endpoint.
 *
 * @throws {OAuthError}
 */
export async function atAuthorization<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await askProvider(ask)
  } catch (error) {
    throw error instanceof IdentityProviderError ? asOAuthError(error, "atAuthorization") : error
  }
}

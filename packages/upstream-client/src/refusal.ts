import { type OptionName, type OptionText, readableText } from "@doorward/boundary"
import { IdentityProviderError, type UpstreamFailure } from "@doorward/oauth-core"

/** An OAuth error that the upstream server sent, at the callback or at an endpoint (RFC 6749 §4.1.2.1, §5.2). */
export interface Refusal {
  /** The error code, as the server sent it. */
  error: string
  /** As the server sent it: for logs only. */
  description: string
  /** Every other member of the answer. */
  parameters: Readonly<Record<string, unknown>>
  /** HTTP status; absent for an error at the callback. */
  status?: number
}

/** Says what a refusal means. A provider that knows more than the registered codes brings its own. */
export type ExplainRefusal = (refusal: Refusal) => IdentityProviderError

type Meaning = readonly [failure: UpstreamFailure, message: OptionText]

const signInAgain = "The sign-in at the identity provider has ended. Sign in again."
const later = "The identity provider is not able to answer at the moment."

const meanings: Readonly<Record<string, Meaning>> = {
  access_denied: ["denied", "The sign-in was declined."],
  invalid_grant: ["sign_in_required", signInAgain],
  login_required: ["sign_in_required", signInAgain],
  account_selection_required: ["sign_in_required", signInAgain],
  consent_required: ["sign_in_required", "The identity provider asks for consent. Sign in again."],
  interaction_required: [
    "interaction_required",
    "The identity provider asks for another step. Sign in again.",
  ],
  server_error: ["unavailable", later],
  temporarily_unavailable: ["unavailable", later],
  invalid_client: [
    "operator",
    (name) =>
      `The identity provider does not accept this server's credentials. Compare ${name("clientId")} and the credential with the client's registration.`,
  ],
  unauthorized_client: [
    "operator",
    "The identity provider does not allow this client to use the grant type. Allow authorization code and refresh token in its registration.",
  ],
  invalid_scope: [
    "operator",
    (name) =>
      `The identity provider does not know one of the scopes. Compare ${name("scopes")} with the client's registration.`,
  ],
}

/**
 * The meaning of the registered error codes. The server's own text goes to `cause`; an unknown code is
 * a matter for the operator.
 *
 * @param name what the operator calls an option. Default: the option's own name.
 */
export function explainRefusal(
  refusal: Refusal,
  name: OptionName = (option) => option,
): IdentityProviderError {
  const [failure, message] = meanings[refusal.error] ?? [
    "operator",
    "The identity provider refused the request. The reason is in this server's log.",
  ]
  return new IdentityProviderError(failure, reasonOf(refusal.error), readableText(message, name), {
    cause: refusalCause(refusal),
  })
}

/** The raw text of a refusal, as the `cause` of an error. */
export function refusalCause(refusal: Refusal): Error {
  const status = refusal.status === undefined ? "" : `HTTP ${refusal.status} `
  return new Error(`${status}${refusal.error}: ${refusal.description}`.slice(0, 2000))
}

/** A code that came from outside, made safe for events: short, and of the characters that RFC 6749 §5.2 allows. */
function reasonOf(error: string): string {
  return /^[\w.:/-]{1,64}$/.test(error) ? error : "unregistered_error"
}

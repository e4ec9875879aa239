import type { RefusalReason } from "./events.ts"

/** The registered error codes that Doorward sends (RFC 6749, 6750, 7591, 8707, 9126; OIDC Core §3.1.2.6). */
export type OAuthErrorCode =
  | "access_denied"
  | "consent_required"
  | "interaction_required"
  | "invalid_client"
  | "invalid_client_metadata"
  | "invalid_grant"
  | "invalid_redirect_uri"
  | "invalid_request"
  | "invalid_request_uri"
  | "invalid_scope"
  | "invalid_target"
  | "invalid_token"
  | "login_required"
  | "registration_not_supported"
  | "request_not_supported"
  | "server_error"
  | "temporarily_unavailable"
  | "unsupported_grant_type"
  | "unsupported_response_type"

const statusOf: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  server_error: 500,
  temporarily_unavailable: 503,
}

export interface OAuthErrorOptions extends ErrorOptions {
  /** Seconds, for `Retry-After`. */
  retryAfter?: number
  /** HTTP status, where the code alone does not say it. */
  status?: number
}

/**
 * A request refused with a registered error code.
 *
 * The message is the `error_description`: it says what to do and is safe to send. `reason` goes to the
 * events, `cause` to a log only.
 */
export class OAuthError extends Error {
  override readonly name: string = "OAuthError"
  readonly code: OAuthErrorCode
  readonly reason: RefusalReason
  readonly status: number
  readonly retryAfter: number | undefined

  constructor(
    code: OAuthErrorCode,
    reason: RefusalReason,
    description: string,
    options: OAuthErrorOptions = {},
  ) {
    super(description, options)
    this.code = code
    this.reason = reason
    this.status = options.status ?? statusOf[code] ?? 400
    this.retryAfter = options.retryAfter
  }
}

/** Where an authorization response may go: a redirect URI that has been checked against its client. */
export interface RedirectTarget {
  readonly clientId: string
  readonly redirectUri: string
  readonly state?: string | undefined
  /**
   * Whether an error may be sent there before a person has seen a page of ours: only to where no
   * stranger can wait for it (loopback, private-use schemes, pre-registered clients).
   */
  readonly unattended: boolean
}

/** An authorization request refused after its redirect target was checked, so the client can be told. */
export class AuthorizationError extends OAuthError {
  override readonly name = "AuthorizationError"
  readonly target: RedirectTarget

  constructor(error: OAuthError, target: RedirectTarget) {
    super(error.code, error.reason, error.message, {
      cause: error.cause,
      status: error.status,
      ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    })
    this.target = target
  }
}

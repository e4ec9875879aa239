import type { RefusalReason } from "./events.ts"

/**
 * The registered OAuth error codes that Doorward sends (RFC 6749, 6750, 7591, 8628, 8707, 9126,
 * 9449; OIDC Core
 * §3.1.2.6).
 */
export type OAuthErrorCode =
  | "access_denied"
  | "authorization_pending"
  | "consent_required"
  | "expired_token"
  | "interaction_required"
  | "invalid_client"
  | "invalid_client_metadata"
  | "invalid_dpop_proof"
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
  | "slow_down"
  | "temporarily_unavailable"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type"
  | "use_dpop_nonce"

const statusOf: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** Optional parts of an {@link OAuthError}. */
export interface OAuthErrorOptions extends ErrorOptions {
  /** The value of the `Retry-After` header, in seconds. Default: no header. */
  retryAfter?: number
  /** The HTTP status. Default: the usual one for the error code, such as 401 for `invalid_client`. */
  status?: number
  /** More about the reason, for the event. Default: what the upstream provider said, if it is about that. */
  detail?: string
  /** Whom the refusal is about, for the event. Default: nobody in particular. */
  userId?: string
}

/**
 * A request was refused with a registered error code.
 *
 * The message is sent as `error_description`: it says what to do and contains no secret. `reason`
 * appears in events; `cause` is for a log only.
 */
export class OAuthError extends Error {
  override readonly name: string = "OAuthError"
  /** The `error` of the response. */
  readonly code: OAuthErrorCode
  /** The stable reason in the `request.refused` event. */
  readonly reason: RefusalReason
  /** The HTTP status of the response. */
  readonly status: number
  /** The value of the `Retry-After` header, in seconds. */
  readonly retryAfter: number | undefined
  /** More about the reason, for the event. */
  readonly detail: string | undefined
  /** The `sub` of whom the refusal is about, for the event. */
  readonly userId: string | undefined

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
    this.detail = options.detail
    this.userId = options.userId
  }
}

/** Where an authorization response may go: a redirect URI that was checked against its client. */
export interface RedirectTarget {
  /** The `client_id`. */
  readonly clientId: string
  /** The redirect URI, as requested. */
  readonly redirectUri: string
  /** The client's `state`, to be returned unchanged; absent if it sent none. */
  readonly state?: string | undefined
  /**
   * Whether an error may be redirected there before a person has seen one of our pages. That is so only
   * for loopback URIs, private-use schemes and pre-registered clients: others may lead to a stranger's
   * website.
   */
  readonly unattended: boolean
}

/**
 * An authorization request was refused after its redirect target was checked, so the client can be
 * told.
 */
export class AuthorizationError extends OAuthError {
  override readonly name = "AuthorizationError"
  /** Where the error may be sent. */
  readonly target: RedirectTarget

  constructor(error: OAuthError, target: RedirectTarget) {
    const { code, reason, message, cause, status, retryAfter, detail, userId } = error
    super(code, reason, message, {
      cause,
      status,
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(detail === undefined ? {} : { detail }),
      ...(userId === undefined ? {} : { userId }),
    })
    this.target = target
  }
}

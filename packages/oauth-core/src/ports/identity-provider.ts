/** What the MCP client says about how the person should sign in (OIDC Core §3.1.2.1). */
export interface SignInHints {
  /** `prompt`, but for `consent`, which is about Doorward's own page. */
  prompt?: "none" | "login" | "select_account"
  /** `login_hint`: the account to sign in with. */
  loginHint?: string
  /** `domain_hint` of Entra ID: the domain to sign in from. */
  domainHint?: string
  /** `ui_locales`: the languages the person prefers. */
  uiLocales?: string
  /** A claims request (OIDC Core §5.5) as JSON text. */
  claims?: string
}

/** One sign-in on its way to the upstream provider. Core makes and keeps every value in it. */
export interface UpstreamAuthorization {
  state: string
  nonce: string
  /** The upstream PKCE verifier; the provider derives the S256 challenge. */
  codeVerifier: string
  redirectUri: string
  /** The scopes asked for, in the names that the provider lists in `scopes`. */
  scopes: readonly string[]
  hints: SignInHints
}

/** Who signed in. */
export interface Identity {
  /** The upstream issuer. With `subject` it names one person for ever. */
  issuer: string
  /** Unique within the issuer and never reassigned; for Entra, `tid.oid`. */
  subject: string
  name?: string
  username?: string
  email?: string
  tenantId?: string
  roles: readonly string[]
  groups: readonly string[]
  /** The claims that the identity was read from. */
  claims: Readonly<Record<string, unknown>>
}

/** A token of the upstream provider. It never reaches an MCP client. */
export interface UpstreamToken {
  accessToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** As the provider granted them, in its own spelling. */
  scopes: readonly string[]
}

/** What a grant keeps of the upstream provider. JSON: it is stored sealed with the grant. */
export interface UpstreamTokens extends UpstreamToken {
  refreshToken?: string
}

/** A verified sign-in. */
export interface SignIn {
  identity: Identity
  tokens: UpstreamTokens
  /** Which of the requested scopes the provider granted, in the names of `scopes`. */
  scopes: readonly string[]
}

/**
 * The upstream that people sign in with.
 *
 * Core owns state, nonce, PKCE, cookies and routes; a provider owns none of them. Every method may
 * reject with {@link IdentityProviderError}; anything else that it throws is taken for a fault.
 */
export interface IdentityProvider {
  /** Shown on the consent page: "You will sign in with …". */
  readonly name: string
  /** The scopes that an MCP client may ask for, without prefixes. A client that asks for none gets all. */
  readonly scopes: readonly string[]
  /** The upstream permissions that will be asked for when these scopes are, for the consent page. */
  permissions(scopes: readonly string[]): readonly string[]

  authorizationUrl(request: UpstreamAuthorization): Promise<URL>

  /** Redeems the callback's code. Identity and tokens are verified before they are returned. */
  redeem(callback: URLSearchParams, request: UpstreamAuthorization): Promise<SignIn>

  /**
   * Fresh claims and tokens for the same person.
   *
   * @param scopes the scopes of the grant, as {@link SignIn.scopes} gave them.
   */
  refresh(tokens: UpstreamTokens, scopes: readonly string[], signal?: AbortSignal): Promise<SignIn>

  /**
   * A token for another upstream resource (On-Behalf-Of, or a redemption of the refresh token), and the
   * sign-in's own tokens as they are after that. Core keeps it until it is about to expire.
   */
  tokenFor?(
    tokens: UpstreamTokens,
    scopes: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ token: UpstreamToken; tokens: UpstreamTokens }>

  revoke?(tokens: UpstreamTokens): Promise<void>
}

/**
 * What a failure upstream means for the person.
 *
 * - `denied`: the person, or the provider on their behalf, said no. At the callback the client gets
 *   `access_denied`; on a refresh the grant ends.
 * - `sign_in_required`: the session upstream is over. On a refresh the grant ends.
 * - `interaction_required`: the provider wants a claims challenge answered (`claims`).
 * - `operator`: the registration or the configuration is wrong; somebody must mend it. Nothing ends.
 * - `unavailable`: timeout, throttling or a fault upstream; the same call may go through later. Nothing ends.
 */
export type UpstreamFailure =
  | "denied"
  | "sign_in_required"
  | "interaction_required"
  | "operator"
  | "unavailable"

/** A refusal or a fault of the upstream provider. */
export class IdentityProviderError extends Error {
  override readonly name = "IdentityProviderError"
  readonly failure: UpstreamFailure
  /** A stable reason for events and logs, such as `AADSTS50173`. */
  readonly reason: string
  /** For `interaction_required`: the claims request to send with the next sign-in, as JSON text. */
  readonly claims?: string
  /** For `unavailable`: seconds to wait, if the provider said so. */
  readonly retryAfter?: number

  /** @param message safe to show to a person and to send to a client. Raw upstream text goes to `cause`. */
  constructor(
    failure: UpstreamFailure,
    reason: string,
    message: string,
    options: ErrorOptions & { claims?: string; retryAfter?: number } = {},
  ) {
    super(message, options)
    this.failure = failure
    this.reason = reason
    if (options.claims !== undefined) this.claims = options.claims
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter
  }
}

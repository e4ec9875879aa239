/** How the MCP client wants the person to sign in (OIDC Core §3.1.2.1). */
export interface SignInHints {
  /** `prompt`, except for `consent`, which is about Doorward's own page. */
  prompt?: "none" | "login" | "select_account"
  /** `login_hint`: the account to sign in with. */
  loginHint?: string
  /** Entra ID's `domain_hint`: the domain of the account. */
  domainHint?: string
  /** `ui_locales`: the person's preferred languages. */
  uiLocales?: string
  /** A claims request (OIDC Core §5.5) as JSON text. */
  claims?: string
}

/**
 * An authorization request to the upstream provider. oauth-core creates and stores every value in it.
 */
export interface UpstreamAuthorization {
  /** The `state` to send, which must come back unchanged. */
  state: string
  /** The `nonce` to send, which must come back in the id_token. */
  nonce: string
  /** The upstream PKCE verifier; the provider derives the S256 challenge from it. */
  codeVerifier: string
  /** The `redirect_uri` to send: the proxy's own callback. */
  redirectUri: string
  /** The requested scopes, as the provider lists them in `scopes`. */
  scopes: readonly string[]
  /** What the MCP client asked for, to be passed on. */
  hints: SignInHints
}

/** Who signed in. */
export interface Identity {
  /** The upstream issuer. Together with `subject` it identifies one person permanently. */
  issuer: string
  /** Unique within the issuer and never reassigned. For Entra ID: `tid.oid`. */
  subject: string
  /** The display name. */
  name?: string
  /** The name that the person signs in with. It may change or be reassigned. */
  username?: string
  /** The e-mail address. Verified only if the provider says so in `claims`. */
  email?: string
  /** The organization's id, if the provider has tenants. For Entra ID: `tid`. */
  tenantId?: string
  /** The person's app roles; empty if there are none. */
  roles: readonly string[]
  /**
   * The person's groups, as the provider identifies them. Absent if the provider does not say which they
   * are: that is not the same as none.
   */
  groups?: readonly string[]
  /** The verified claims that the identity was read from. */
  claims: Readonly<Record<string, unknown>>
}

/** An access token of the upstream provider. It never reaches an MCP client. */
export interface UpstreamToken {
  /** The token itself. */
  accessToken: string
  /** When it expires, in milliseconds since the epoch. */
  expiresAt: number
  /** The scopes that the provider granted, in its own spelling. */
  scopes: readonly string[]
}

/** The tokens of one sign-in. They are stored, sealed, as JSON with the grant. */
export interface UpstreamTokens extends UpstreamToken {
  /** The refresh token; absent if the provider issued none. */
  refreshToken?: string
}

/** A verified sign-in. */
export interface SignIn {
  /** Who signed in. */
  identity: Identity
  /** The tokens that the provider issued. */
  tokens: UpstreamTokens
  /** Which of the requested scopes the provider granted, as listed in its `scopes`. */
  scopes: readonly string[]
}

/**
 * The upstream that people sign in with.
 *
 * oauth-core takes care of state, nonce, PKCE, cookies and routes; a provider has none of them. Every
 * method may reject with {@link IdentityProviderError}; anything else that it throws counts as a
 * temporary fault.
 */
export interface IdentityProvider {
  /** The provider's name, which pages show: "Next, you'll sign in with …". */
  readonly name: string
  /**
   * The scopes that an MCP client may request, without prefixes. A client that requests none gets all.
   */
  readonly scopes: readonly string[]
  /** The upstream permissions that these scopes require, for the consent page. */
  permissions(scopes: readonly string[]): readonly string[]

  /** The URL to send the browser to. */
  authorizationUrl(request: UpstreamAuthorization): Promise<URL>

  /**
   * Redeems the authorization code of a callback, and verifies the identity and tokens.
   *
   * @param callback the query parameters of the callback, which may be an error response.
   * @param request the request that {@link authorizationUrl} was called with.
   */
  redeem(callback: URLSearchParams, request: UpstreamAuthorization): Promise<SignIn>

  /**
   * Gets fresh claims and tokens for the same person.
   *
   * @param tokens the current tokens. They must not be changed.
   * @param scopes the scopes of the grant, as returned in {@link SignIn.scopes}.
   * @param signal aborts the call when its time is up.
   */
  refresh(tokens: UpstreamTokens, scopes: readonly string[], signal?: AbortSignal): Promise<SignIn>

  /**
   * Gets a token for another upstream resource (On-Behalf-Of, or by redeeming the refresh token).
   * Returns it with the tokens of the sign-in, which may have changed. oauth-core caches it until it is
   * about to expire. Leave the method out if every call can use the access token of the sign-in.
   */
  tokenFor?(
    tokens: UpstreamTokens,
    scopes: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ token: UpstreamToken; tokens: UpstreamTokens }>

  /** Revokes the tokens of a grant that has ended. Leave it out if the provider has no revocation. */
  revoke?(tokens: UpstreamTokens): Promise<void>
}

/**
 * What an upstream failure means for the person.
 *
 * - `denied`: the person declined, or the provider refused them. At the callback the client gets
 *   `access_denied`; during a refresh the grant ends.
 * - `sign_in_required`: the upstream session has ended. During a refresh the grant ends.
 * - `interaction_required`: the provider requires a claims challenge (`claims`) to be answered.
 * - `operator`: the app registration or the configuration is wrong, and the operator must fix it. No
 *   grant ends.
 * - `unavailable`: a timeout, throttling or an upstream fault; the same call may succeed later. No
 *   grant ends.
 */
export type UpstreamFailure =
  | "denied"
  | "sign_in_required"
  | "interaction_required"
  | "operator"
  | "unavailable"

/** The upstream provider refused a request or failed. */
export class IdentityProviderError extends Error {
  override readonly name = "IdentityProviderError"
  /** What the failure means for the person. */
  readonly failure: UpstreamFailure
  /** A stable reason for events and logs, such as `AADSTS50173`. */
  readonly reason: string
  /** For `interaction_required`: the claims request to send with the next sign-in, as JSON text. */
  readonly claims?: string
  /** For `unavailable`: how many seconds to wait, if the provider said so. */
  readonly retryAfter?: number

  /**
   * @param message must be safe to show to a person and to send to a client. Raw upstream text belongs
   * in `cause`.
   */
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

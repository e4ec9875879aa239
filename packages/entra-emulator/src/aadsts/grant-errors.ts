import type { AadstsRow } from "./row.ts"

/** Refusals because of a code, a refresh token, an assertion or a device code, and outages. */
export const grantErrors = {
  54005: {
    error: "invalid_grant",
    status: 400,
    text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  },
  9002313: {
    error: "invalid_grant",
    status: 400,
    text: "Invalid request. Request is malformed or invalid.",
  },
  70000: {
    error: "invalid_grant",
    status: 400,
    text: "Provided grant is invalid or malformed.",
  },
  70008: {
    error: "invalid_grant",
    status: 400,
    text: "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
  },
  700005: {
    error: "invalid_grant",
    status: 400,
    text: "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{{tenant-ID}} as appropriate).",
  },
  501481: {
    error: "invalid_grant",
    status: 400,
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  50148: {
    error: "invalid_grant",
    status: 400,
    text: "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.",
  },
  500112: {
    error: "invalid_client",
    status: 400,
    text: "The reply address '{given}' does not match the reply address '{requested}' provided when requesting Authorization code.",
  },
  9002325: {
    error: "invalid_request",
    status: 400,
    text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
  },
  9002326: {
    error: "invalid_request",
    status: 400,
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'.",
  },
  9002327: {
    error: "invalid_request",
    status: 400,
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
  700082: {
    error: "invalid_grant",
    status: 400,
    suberror: "bad_token",
    text: "The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for 90.00:00:00.",
  },
  700084: {
    error: "invalid_grant",
    status: 400,
    text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issued}.",
  },
  50173: {
    error: "invalid_grant",
    status: 400,
    text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validFrom}'.",
  },
  50013: {
    error: "invalid_grant",
    status: 400,
    text: "Assertion failed signature validation. [Reason - {reason}]",
  },
  500131: {
    error: "invalid_grant",
    status: 400,
    text: "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{audience}' and the expected audience is '{expected}' or one of the Application Uris of this application with App ID '{app}'({name}). The downstream client must request a token for the Client app (the application name) in order for the Client app to use it.",
  },
  240002: {
    error: "invalid_grant",
    status: 400,
    text: "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
  },
  500133: {
    error: "invalid_grant",
    status: 400,
    text: "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {expires}.",
  },
  70016: {
    error: "authorization_pending",
    status: 400,
    text: "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
  },
  70018: {
    error: "bad_verification_code",
    status: 400,
    text: "Invalid verification code due to User typing in wrong user code for device code flow.",
  },
  70020: {
    error: "expired_token",
    status: 400,
    text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  90055: {
    error: "temporarily_unavailable",
    status: 429,
    text: "There are too many incoming requests for the tenant.",
  },
  90033: {
    error: "temporarily_unavailable",
    status: 503,
    text: "A transient error has occurred. Please try again.",
  },
  50000: {
    error: "server_error",
    status: 500,
    text: "There was an error issuing a token or an issue with our sign-in service.",
  },
} as const satisfies Record<number, AadstsRow>

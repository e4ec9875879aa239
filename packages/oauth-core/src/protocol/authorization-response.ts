import type { OAuthError, RedirectTarget } from "../ports/errors.ts"
import { buildErrorResponse } from "./error-response.ts"

/** The redirect that takes a code to the client (OAuth 2.1 §4.1.2, RFC 9207). */
export const successRedirect = (
  target: Pick<RedirectTarget, "redirectUri" | "state">,
  code: string,
  issuer: string,
): string => withParameters(target.redirectUri, { code, state: target.state, iss: issuer })

/** The redirect that takes an error to the client (OAuth 2.1 §4.1.2.1, RFC 9207). */
export const errorRedirect = (
  target: Pick<RedirectTarget, "redirectUri" | "state">,
  error: OAuthError,
  issuer: string,
): string =>
  withParameters(target.redirectUri, {
    ...buildErrorResponse(error),
    state: target.state,
    iss: issuer,
  })

/** Adds parameters to the query and leaves every other character as it was registered. */
function withParameters(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.append(name, value)
  }
  const separator = redirectUri.includes("?") ? (/[?&]$/.test(redirectUri) ? "" : "&") : "?"
  return `${redirectUri}${separator}${query}`
}

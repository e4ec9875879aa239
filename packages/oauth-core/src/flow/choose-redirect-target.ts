import { OAuthError, type RedirectTarget } from "../errors.ts"
import { type Parameters, shown } from "../protocol/parameters.ts"
import { redirectUriKind, redirectUriMatches } from "../protocol/redirect-uri.ts"
import type { Client } from "./client.ts"

/**
 * Finds where the response may go: a registered URI, or the only one (OAuth 2.1 §2.3).
 *
 * @throws {OAuthError} `invalid_request`; never to be redirected.
 */
export function chooseRedirectTarget(parameters: Parameters, client: Client): RedirectTarget {
  const requested = parameters.get("redirect_uri")
  const redirectUri =
    requested === undefined
      ? client.redirectUris.length === 1
        ? client.redirectUris[0]
        : undefined
      : client.redirectUris.some((registered) => redirectUriMatches(registered, requested))
        ? requested
        : undefined
  if (redirectUri === undefined) {
    throw new OAuthError(
      "invalid_request",
      "redirect_uri_mismatch",
      requested === undefined
        ? "redirect_uri is required, since this client registered several."
        : `The redirect URI ${shown(requested)} is not registered for this client.`,
    )
  }
  return {
    redirectUri,
    state: parameters.get("state"),
    unattended: client.source === "static" || redirectUriKind(redirectUri) !== "https",
  }
}

import { OAuthError, type RedirectTarget } from "../../ports/errors.ts"
import { type Parameters, shown } from "../../protocol/parameters.ts"
import { redirectUriKind, redirectUriMatches } from "../../protocol/redirect-uri.ts"
import type { Client } from "../../ports/client.ts"
import type { Deps } from "../deps.ts"
import { checkRedirectUriPatterns } from "../redirect-uri-patterns.ts"

/**
 * Finds where the response may go: a registered URI, or the only one (OAuth 2.1 §2.3).
 *
 * @throws {OAuthError} `invalid_request` or `invalid_redirect_uri`; never to be redirected.
 */
export function chooseRedirectTarget(
  parameters: Parameters,
  client: Client,
  deps: Pick<Deps, "settings">,
): RedirectTarget {
  const requested = parameters.get("redirect_uri")
  const registered = findRegistered(requested, client)
  // Documents are not registered here, and patterns may be newer than a registration.
  if (client.source !== "static") checkRedirectUriPatterns(registered, deps)
  const redirectUri = requested ?? registered
  return {
    clientId: client.id,
    redirectUri,
    state: parameters.get("state"),
    unattended: client.source === "static" || redirectUriKind(redirectUri) !== "https",
  }
}

function findRegistered(requested: string | undefined, { redirectUris }: Client): string {
  const [first, second] = redirectUris
  const found =
    requested === undefined
      ? second === undefined
        ? first
        : undefined
      : redirectUris.find((uri) => redirectUriMatches(uri, requested))
  if (found !== undefined) return found
  throw new OAuthError(
    "invalid_request",
    "redirect_uri_mismatch",
    requested === undefined
      ? "redirect_uri is required, since this client registered several."
      : `The redirect URI ${shown(requested)} is not registered for this client.`,
  )
}

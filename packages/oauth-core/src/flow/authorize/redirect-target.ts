import type { Client } from "../../ports/client.ts"
import { OAuthError, type RedirectTarget } from "../../ports/errors.ts"
import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import { type Parameters, shown } from "../../protocol/parameters.ts"
import {
  checkRedirectUriPatterns,
  redirectUriKind,
  redirectUriMatches,
} from "../../protocol/redirect-uri.ts"
import { resolveClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"

/**
 * Decides where the response may go: the requested URI, which must be registered, or the only
 * registered one (OAuth 2.1 §2.3).
 *
 * @throws {OAuthError} `invalid_request` or `invalid_redirect_uri`, which must not be redirected.
 */
export function chooseRedirectTarget(
  parameters: Parameters,
  client: Client,
  deps: Pick<Deps, "settings">,
): RedirectTarget {
  const requested = parameters.get("redirect_uri")
  const registered = findRegistered(requested, client)
  // Metadata documents are never registered here, and the patterns may be newer than a registration.
  if (client.source !== "static") {
    checkRedirectUriPatterns(registered, deps.settings.redirectUriPatterns)
  }
  const redirectUri = requested ?? registered
  return {
    clientId: client.id,
    redirectUri,
    state: parameters.get("state"),
    unattended: client.source === "static" || redirectUriKind(redirectUri) !== "https",
  }
}

/**
 * Checks a request again after the person has answered: its client must still exist, and its redirect
 * URI must still be registered.
 *
 * @throws {OAuthError} which must not be redirected.
 */
export async function recheckRequest(
  { clientId, redirectUri }: AuthorizationRequest,
  deps: Deps,
): Promise<Client> {
  const client = await resolveClient(clientId, deps)
  if (client.redirectUris.some((uri) => redirectUriMatches(uri, redirectUri))) return client
  throw new OAuthError(
    "invalid_request",
    "redirect_uri_mismatch",
    "The application has changed its settings in the meantime. Start again from the application.",
  )
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
      ? first === undefined
        ? "This client has no redirect URI, so nobody can sign in through it in a browser."
        : "redirect_uri is required, because this client registered more than one."
      : `The redirect URI ${shown(requested)} is not registered for this client.`,
  )
}

import { AuthorizationError, OAuthError } from "../errors.ts"
import type { AuthorizationRequest } from "../protocol/authorization-request.ts"
import { redirectUriMatches } from "../protocol/redirect-uri.ts"
import { canBeRemembered } from "./consent-memory.ts"
import type { Deps } from "./deps.ts"
import { redirectUpstream, type UpstreamRedirect } from "./redirect-upstream.ts"
import { resolveClient } from "./resolve-client.ts"

/**
 * Carries out what the person decided on the consent page.
 *
 * @throws {AuthorizationError} `access_denied` if they said no.
 * @throws {OAuthError} if the client, or its redirect URI, is not registered any more.
 */
export async function decideConsent(
  input: { request: AuthorizationRequest; approved: boolean; remember: boolean },
  deps: Deps,
): Promise<UpstreamRedirect> {
  const { request } = input
  const client = await resolveClient(request.clientId, deps)
  const { redirectUri, state } = request
  if (!client.redirectUris.some((registered) => redirectUriMatches(registered, redirectUri))) {
    throw new OAuthError(
      "invalid_request",
      "redirect_uri_mismatch",
      "The client has changed its redirect URIs since. Start again from the client.",
    )
  }
  if (!input.approved) {
    deps.emit({ type: "consent.denied", clientId: client.id })
    const denied = new OAuthError(
      "access_denied",
      "consent_denied",
      "The person did not approve the request.",
    )
    // They have seen our page and chose this: the client is told wherever it is.
    throw new AuthorizationError(denied, { redirectUri, state, unattended: true })
  }
  deps.emit({
    type: "consent.given",
    clientId: client.id,
    scopes: request.scopes,
    resource: request.resource,
  })
  const remember =
    input.remember && deps.settings.consent === "remember" && canBeRemembered(redirectUri)
  return redirectUpstream({ type: "authorization", request, remember }, deps)
}

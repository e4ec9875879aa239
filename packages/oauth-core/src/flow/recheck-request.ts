import { OAuthError } from "../ports/errors.ts"
import type { AuthorizationRequest } from "../protocol/authorization-request.ts"
import { redirectUriMatches } from "../protocol/redirect-uri.ts"
import type { Client } from "../ports/client.ts"
import type { Deps } from "./deps.ts"
import { resolveClient } from "./clients/resolve.ts"

/**
 * Looks again at a request that a person has taken their time over: its client must still be there, and
 * its redirect URI still be registered.
 *
 * @throws {OAuthError} never to be redirected.
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
    "The application has changed its redirect URIs since. Start again from the application.",
  )
}

import { AuthorizationError, OAuthError } from "../../ports/errors.ts"
import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import type { Deps } from "../deps.ts"
import { canRememberConsent } from "./consent-needed.ts"
import { recheckRequest } from "./redirect-target.ts"
import { redirectUpstream, type UpstreamRedirect } from "./redirect-upstream.ts"

/**
 * Carries out the person's decision on the consent page.
 *
 * @throws {AuthorizationError} `access_denied` if they declined, or the error that the provider's
 * failure means.
 * @throws {OAuthError} if the client or its redirect URI is no longer registered.
 */
export async function answerConsent(
  input: { request: AuthorizationRequest; approved: boolean; remember: boolean },
  deps: Deps,
): Promise<UpstreamRedirect> {
  const { request } = input
  const client = await recheckRequest(request, deps)
  const { clientId, redirectUri, state } = request
  // The person has seen our page and decided, so errors may be redirected to any client.
  const target = { clientId, redirectUri, state, unattended: true }
  if (!input.approved) {
    deps.emit({ type: "consent.denied", clientId: client.id })
    const denied = new OAuthError(
      "access_denied",
      "consent_denied",
      "The person did not approve the request.",
    )
    throw new AuthorizationError(denied, target)
  }
  deps.emit({
    type: "consent.given",
    clientId: client.id,
    scopes: request.scopes,
    resource: request.resource,
  })
  const remember = input.remember && canRememberConsent(redirectUri, deps)
  try {
    return await redirectUpstream({ type: "authorization", request, remember }, deps)
  } catch (error) {
    throw error instanceof OAuthError ? new AuthorizationError(error, target) : error
  }
}

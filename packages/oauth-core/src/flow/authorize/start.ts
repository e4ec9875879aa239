import type { Client } from "../../ports/client.ts"
import { AuthorizationError, OAuthError, type RedirectTarget } from "../../ports/errors.ts"
import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
} from "../../protocol/authorization-request.ts"
import { collectParameters, type Parameters } from "../../protocol/parameters.ts"
import { resolveClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"
import { consentNeeded } from "./consent-needed.ts"
import { takePushedRequest } from "./pushed-request.ts"
import { chooseRedirectTarget } from "./redirect-target.ts"
import { redirectUpstream, type UpstreamRedirect } from "./redirect-upstream.ts"

/** Either a person must approve the request, or it goes upstream immediately. */
export type AuthorizationOutcome =
  | { type: "ask_consent"; client: Client; request: AuthorizationRequest }
  | ({ type: "redirect_upstream" } & UpstreamRedirect)

/**
 * Validates an authorization request (OAuth 2.1 §4.1.1) and decides whether a person must approve it.
 * Stores nothing if they must.
 *
 * @throws {AuthorizationError} if the client may be told, because its redirect URI is trusted.
 * @throws {OAuthError} if only the person may be told.
 */
export async function startAuthorization(
  input: {
    parameters: URLSearchParams
    /** Whose consent this browser remembers; `undefined` if the request came from another site. */
    rememberedUserId: string | undefined
  },
  deps: Deps,
): Promise<AuthorizationOutcome> {
  const parameters = await readAuthorizationParameters(input.parameters, deps)
  const client = await resolveClient(parameters.require("client_id"), deps)
  const target = chooseRedirectTarget(parameters, client, deps)
  try {
    return await decide(parameters, client, target, input.rememberedUserId, deps)
  } catch (error) {
    if (error instanceof OAuthError) throw new AuthorizationError(error, target)
    throw error
  }
}

async function readAuthorizationParameters(given: URLSearchParams, deps: Deps) {
  const parameters = collectParameters(given)
  const requestUri = parameters.get("request_uri")
  if (requestUri === undefined) return parameters
  return takePushedRequest({ requestUri, clientId: parameters.require("client_id") }, deps)
}

async function decide(
  parameters: Parameters,
  client: Client,
  target: RedirectTarget,
  rememberedUserId: string | undefined,
  deps: Deps,
): Promise<AuthorizationOutcome> {
  const { prompt, ...parsed } = parseAuthorizationRequest(parameters, deps.settings)
  const request: AuthorizationRequest = {
    ...parsed,
    clientId: client.id,
    redirectUri: target.redirectUri,
    ...(target.state === undefined ? {} : { state: target.state }),
  }
  const consent = await consentNeeded({ client, request, prompt, rememberedUserId }, deps)
  if (!consent.needed) {
    const { rememberedUserId: userId } = consent
    if (userId !== undefined) deps.emit({ type: "consent.remembered", clientId: client.id, userId })
    const purpose = {
      type: "authorization" as const,
      request,
      remember: false,
      ...(userId === undefined ? {} : { rememberedUserId: userId }),
    }
    return { type: "redirect_upstream", ...(await redirectUpstream(purpose, deps)) }
  }
  if (prompt.none) {
    throw new OAuthError(
      "consent_required",
      "consent_required",
      "The person must approve this request, so it cannot be made with prompt=none.",
    )
  }
  return { type: "ask_consent", client, request }
}

import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { parseAuthorizationRequest } from "../../protocol/authorization-request.ts"
import { type Parameters, readParameters } from "../../protocol/parameters.ts"
import { pushedRequestLifetime, pushedRequests } from "../../records/pushed-request.ts"
import { createOpaqueToken } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { chooseRedirectTarget } from "./redirect-target.ts"

const prefix = "urn:ietf:params:oauth:request_uri:"

/** The parameters that authenticate the client and are not part of the request. */
const credentials = ["client_secret", "client_assertion", "client_assertion_type"]

/**
 * Stores an authorization request before the browser is sent (RFC 9126 §2). It is fully validated, so
 * that the client learns of mistakes immediately.
 *
 * @throws {OAuthError} with the same errors as the authorization endpoint.
 */
export async function pushAuthorizationRequest(
  input: { client: Client; parameters: URLSearchParams; jkt: string | undefined },
  deps: Deps,
): Promise<{ request_uri: string; expires_in: number }> {
  const pushed = new URLSearchParams(input.parameters)
  for (const name of credentials) pushed.delete(name)
  pushed.set("client_id", input.client.id)
  const parameters = readParameters(pushed)
  bindToKey(pushed, parameters.get("dpop_jkt"), input.jkt)
  if (parameters.get("request_uri") !== undefined) {
    throw new OAuthError(
      "invalid_request",
      "request_uri_invalid",
      "A pushed request must not contain a request_uri.",
    )
  }
  chooseRedirectTarget(parameters, input.client, deps)
  parseAuthorizationRequest(parameters, deps.settings)
  const requestUri = `${prefix}${createOpaqueToken()}`
  await deps.records.put(
    pushedRequests,
    requestUri,
    { clientId: input.client.id, parameters: pushed.toString() },
    deps.now() + pushedRequestLifetime,
  )
  return { request_uri: requestUri, expires_in: pushedRequestLifetime / 1000 }
}

/** Binds the code to the key that pushed the request, as `dpop_jkt` would (RFC 9449 §10.1). */
function bindToKey(
  pushed: URLSearchParams,
  announced: string | undefined,
  proven: string | undefined,
) {
  if (proven === undefined) return
  if (announced !== undefined && announced !== proven) {
    throw new OAuthError(
      "invalid_dpop_proof",
      "dpop_key_mismatch",
      "dpop_jkt is another key than the one that signed the DPoP proof.",
    )
  }
  pushed.set("dpop_jkt", proven)
}

/**
 * Takes a pushed request, which works only once and only for the client that pushed it (RFC 9126 §4).
 *
 * @throws {OAuthError} `invalid_request_uri`
 */
export async function takePushedRequest(
  { requestUri, clientId }: { requestUri: string; clientId: string },
  deps: Deps,
): Promise<Parameters> {
  const found = requestUri.startsWith(prefix)
    ? await deps.records.get(pushedRequests, requestUri)
    : undefined
  const taken =
    found?.value.clientId === clientId
      ? await deps.records.take(pushedRequests, requestUri)
      : undefined
  if (taken) return readParameters(new URLSearchParams(taken.value.parameters))
  throw new OAuthError(
    "invalid_request_uri",
    "request_uri_invalid",
    "The request_uri is unknown, expired, already used, or belongs to another client. Push the request again.",
  )
}

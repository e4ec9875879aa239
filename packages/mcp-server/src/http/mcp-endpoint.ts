import { isGranted } from "../auth-info.ts"
import { authenticate } from "../flow/authenticate.ts"
import { describeCaller } from "../flow/describe-caller.ts"
import { isActive } from "../flow/is-active.ts"
import type { CheckedOptions } from "../options-schema.ts"
import type { KnownCaller } from "../policy/caller.ts"
import { guardPolicy } from "../policy/guard-policy.ts"
import type { ProtectedResource } from "../protected-resource.ts"
import { callsOneOf } from "../protocol/json-rpc.ts"
import { originTest } from "../protocol/origin.ts"
import {
  claimsRequired,
  methodNotAllowed,
  originNotAllowed,
  type Refused,
  refusalEvent,
} from "../refusals.ts"
import { preflightResponse, shareWith } from "./cors.ts"
import { endWithLifetime, isOpenEventStream } from "./event-stream.ts"
import { readJsonBody } from "./json-body.ts"
import { openEndpoint } from "./open-endpoint.ts"
import { refusalResponse } from "./refusal-response.ts"
import { withHeaders } from "./response-headers.ts"
import { visibleResponse } from "./visible-response.ts"

const METHODS = new Set(["GET", "POST", "DELETE"])
const LISTENING = new Set(["subscriptions/listen"])

/** Answers requests to the MCP endpoint: every check before `serve` sees one, the cheapest first. */
export function mcpEndpoint(
  resource: ProtectedResource,
  options: CheckedOptions,
): (request: Request, parsedBody: unknown) => Promise<Response> {
  const { serve, allowedOrigins, maxBodyBytes, onRefusal } = options
  const isAllowedOrigin = originTest(resource.url, allowedOrigins)
  const policy = guardPolicy(options, resource)
  const discover = options.open && openEndpoint(options.open, policy, refuse)

  function refuse(refused: Refused): Response {
    onRefusal?.(refusalEvent(refused, resource.resource))
    return refusalResponse(refused, resource.dpop)
  }

  /** Refuses what the caller may not do, and lets the proxy know which scopes it is told to ask for. */
  async function refuseToken(refused: Refused): Promise<Response> {
    const { reason, verified, challenge } = refused
    if (reason === "insufficient_scope" && verified && isGranted(verified)) {
      await verified.requireScopes(challenge?.scopes ?? []).catch(() => undefined)
    }
    return refuse(refused)
  }

  async function admit(request: Request, parsedBody: unknown): Promise<Response> {
    const isKnown = METHODS.has(request.method)
    // A client that looks with HEAD first must find the sign-in too.
    if (!isKnown && request.method !== "HEAD") return refuse(methodNotAllowed)
    const discovered = await discover?.(request, parsedBody)
    if (discovered) return discovered
    const authenticated = await authenticate(request, resource)
    if ("refused" in authenticated) return refuseToken(authenticated.refused)
    const { token, caller } = authenticated
    const { verified } = caller
    if (!isKnown) return refuse({ ...methodNotAllowed, verified })
    if (request.method !== "POST") return answer(request, token, caller)
    const json = await readJsonBody(request, maxBodyBytes, parsedBody)
    if ("refused" in json) return refuse({ ...json.refused, verified })
    const refused = await policy?.refusal(json.body, caller)
    return refused ? refuseToken(refused) : answer(request, token, caller, json)
  }

  async function answer(
    request: Request,
    token: string,
    caller: KnownCaller,
    json?: { body: unknown; text?: string },
  ): Promise<Response> {
    const { verified } = caller
    let claims: string | undefined
    const authInfo = describeCaller(token, verified, resource, (wanted) => {
      claims = wanted
    })
    const response = await serve(request, {
      authInfo,
      ...(json && { parsedBody: json.body }),
      ...(json?.text !== undefined && { bodyText: json.text }),
    })
    const isOpen = isOpenEventStream(response)
    if (!isOpen && claims !== undefined) {
      await response.body?.cancel()
      return refuse(claimsRequired(claims, resource, verified))
    }
    const visible = policy
      ? await visibleResponse(response, json?.body, policy.filter(caller), (broken) =>
          onRefusal?.(refusalEvent({ ...broken, verified }, resource.resource)),
        )
      : response
    if ("refused" in visible) return refuse({ ...visible.refused, verified })
    if (!isOpen) return visible
    const isListening = !json || callsOneOf(json.body, LISTENING)
    return endWithLifetime(visible, {
      expiresAt: isListening ? verified.expiresAt : undefined,
      isActive: () => isActive(token, verified, resource),
    })
  }

  /** Tells a client that proves its key the nonce of its next proof (RFC 9449 §8.2). */
  async function admitProven(request: Request, parsedBody: unknown): Promise<Response> {
    const response = await admit(request, parsedBody)
    if (!resource.dpop || !request.headers.has("dpop")) return response
    return withHeaders(response, { "dpop-nonce": await resource.dpop.nonce() })
  }

  return async (request, parsedBody) => {
    const origin = request.headers.get("origin")
    if (origin === null) return admitProven(request, parsedBody)
    if (!isAllowedOrigin(origin)) return refuse(originNotAllowed)
    if (request.method === "OPTIONS") return preflightResponse(request, origin)
    return shareWith(await admitProven(request, parsedBody), origin)
  }
}

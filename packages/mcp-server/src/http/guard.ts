import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { AuthInfo } from "../auth-info.ts"
import { authenticate } from "../flow/authenticate.ts"
import { type ToolPolicies, toolAuthorization } from "../flow/authorize-tools.ts"
import { claimsRequired } from "../flow/claims-required.ts"
import { describeCaller } from "../flow/describe-caller.ts"
import type { Refused } from "../flow/refused.ts"
import type { ConfiguredResource } from "../protected-resource.ts"
import { callsMethod } from "../protocol/json-rpc.ts"
import { type AllowedOrigins, originTest } from "../protocol/origin.ts"
import type { Refusal } from "../refusal.ts"
import { preflightResponse, shareWith } from "./cors.ts"
import { endWithToken, isEventStream } from "./event-stream.ts"
import { readJsonBody } from "./json-body.ts"
import { refusalResponse } from "./refusal-response.ts"

/**
 * Serves an MCP request whose caller is known. `createMcpHandler(…).fetch` of
 * `@modelcontextprotocol/server` is one.
 *
 * The request's body has been read already; `parsedBody` is what was in it.
 */
export type ServeMcp = (
  request: Request,
  options: { authInfo: AuthInfo; parsedBody?: unknown },
) => Response | Promise<Response>

export interface GuardOptions {
  serve: ServeMcp
  /** Which web pages may call. Default: those of the resource's own origin; on loopback, of any loopback origin. */
  allowedOrigins?: AllowedOrigins
  /** Who may call which tool. Tools that are not named need a good token only. */
  tools?: ToolPolicies
  /** Default: 4 MiB. */
  maxBodyBytes?: number
  /** Is told every refused request. */
  onRefusal?: (refusal: Refusal) => void
}

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024
const METHODS = new Set(["GET", "POST", "DELETE"])

/** The door: everything that must hold before `serve` sees a request, in the order of cost. */
export function guard(
  resource: ConfiguredResource,
  options: GuardOptions,
): (request: Request) => Promise<Response> {
  const { serve, maxBodyBytes = DEFAULT_MAX_BODY_BYTES, onRefusal } = options
  const isAllowedOrigin = originTest(resource.url, options.allowedOrigins)
  const authorizeTools = toolAuthorization(options.tools ?? {}, resource)

  function refuse(refused: Refused, caller?: VerifiedToken): Response {
    const { reason, status, verified = caller, tools, cause } = refused
    onRefusal?.({
      reason,
      status,
      resource: resource.resource,
      ...(verified && { subject: verified.subject }),
      ...(verified?.clientId !== undefined && { clientId: verified.clientId }),
      ...(tools && { tools }),
      ...(cause !== undefined && { cause }),
    })
    return refusalResponse(refused)
  }

  async function admit(request: Request): Promise<Response> {
    if (!METHODS.has(request.method)) {
      const message = "Only GET, POST and DELETE are allowed."
      return refuse({ status: 405, reason: "method_not_allowed", message })
    }
    const caller = await authenticate(request.headers.get("authorization"), resource)
    if ("refused" in caller) return refuse(caller.refused)
    const { token, verified } = caller
    if (request.method !== "POST") return answer(request, token, verified)
    const json = await readJsonBody(request, maxBodyBytes)
    if ("refused" in json) return refuse(json.refused, verified)
    const refused = authorizeTools(json.body, verified)
    return refused ? refuse(refused) : answer(request, token, verified, json)
  }

  async function answer(
    request: Request,
    token: string,
    verified: VerifiedToken,
    json?: { body: unknown },
  ): Promise<Response> {
    let claims: string | undefined
    const authInfo = describeCaller(token, verified, resource, (wanted) => {
      claims = wanted
    })
    const response = await serve(request, { authInfo, ...(json && { parsedBody: json.body }) })
    if (!isEventStream(response)) {
      if (claims === undefined) return response
      await response.body?.cancel()
      return refuse(claimsRequired(claims, resource, verified))
    }
    const isListening = !json || callsMethod(json.body, "subscriptions/listen")
    return isListening ? endWithToken(response, verified.expiresAt) : response
  }

  return async (request) => {
    const origin = request.headers.get("origin")
    if (origin === null) return admit(request)
    if (!isAllowedOrigin(origin)) {
      const message = "This origin may not call the server."
      return refuse({ status: 403, reason: "origin_not_allowed", message })
    }
    if (request.method === "OPTIONS") return preflightResponse(request, origin)
    return shareWith(await admit(request), origin)
  }
}

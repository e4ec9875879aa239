import type { VerifiedToken } from "@doorward/jwt-verifier"
import { authenticate } from "../flow/authenticate.ts"
import { toolAuthorization } from "../flow/authorize-tools.ts"
import { describeCaller } from "../flow/describe-caller.ts"
import { isActive } from "../flow/is-active.ts"
import type { CheckedOptions } from "../options-schema.ts"
import type { ProtectedResource } from "../protected-resource.ts"
import { callsMethod } from "../protocol/json-rpc.ts"
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
import { refusalResponse } from "./refusal-response.ts"

const METHODS = new Set(["GET", "POST", "DELETE"])

/** Answers requests to the MCP endpoint: every check before `serve` sees one, the cheapest first. */
export function mcpEndpoint(
  resource: ProtectedResource,
  { serve, allowedOrigins, tools, maxBodyBytes, onRefusal }: CheckedOptions,
): (request: Request, parsedBody: unknown) => Promise<Response> {
  const isAllowedOrigin = originTest(resource.url, allowedOrigins)
  const authorizeTools = toolAuthorization(tools, resource)

  function refuse(refused: Refused): Response {
    onRefusal?.(refusalEvent(refused, resource.resource))
    return refusalResponse(refused)
  }

  async function admit(request: Request, parsedBody: unknown): Promise<Response> {
    const isKnown = METHODS.has(request.method)
    // A client that looks with HEAD first must find the sign-in too.
    if (!isKnown && request.method !== "HEAD") return refuse(methodNotAllowed)
    const caller = await authenticate(request.headers.get("authorization"), resource)
    if ("refused" in caller) return refuse(caller.refused)
    const { token, verified } = caller
    if (!isKnown) return refuse({ ...methodNotAllowed, verified })
    if (request.method !== "POST") return answer(request, token, verified)
    const json = await readJsonBody(request, maxBodyBytes, parsedBody)
    if ("refused" in json) return refuse({ ...json.refused, verified })
    const refused = authorizeTools(json.body, verified)
    return refused ? refuse(refused) : answer(request, token, verified, json)
  }

  async function answer(
    request: Request,
    token: string,
    verified: VerifiedToken,
    json?: { body: unknown; text?: string },
  ): Promise<Response> {
    let claims: string | undefined
    const authInfo = describeCaller(token, verified, resource, (wanted) => {
      claims = wanted
    })
    const response = await serve(request, {
      authInfo,
      ...(json && { parsedBody: json.body }),
      ...(json?.text !== undefined && { bodyText: json.text }),
    })
    if (!isOpenEventStream(response)) {
      if (claims === undefined) return response
      await response.body?.cancel()
      return refuse({ ...claimsRequired(claims, resource), verified })
    }
    const isListening = !json || callsMethod(json.body, "subscriptions/listen")
    return endWithLifetime(response, {
      expiresAt: isListening ? verified.expiresAt : undefined,
      isActive: () => isActive(token, verified, resource),
    })
  }

  return async (request, parsedBody) => {
    const origin = request.headers.get("origin")
    if (origin === null) return admit(request, parsedBody)
    if (!isAllowedOrigin(origin)) return refuse(originNotAllowed)
    if (request.method === "OPTIONS") return preflightResponse(request, origin)
    return shareWith(await admit(request, parsedBody), origin)
  }
}

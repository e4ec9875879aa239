import type { JSONRPCMessage, JSONRPCRequest, RequestId } from "@modelcontextprotocol/sdk/types.js"
import { isObject } from "../../protocol/messages.ts"

const SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId"

/**
 * A request with an id and a progress token of ours: two programs of one person may both use 1, and share
 * a process.
 */
export function renumbered(request: JSONRPCRequest, id: number): JSONRPCRequest {
  const { params } = request
  if (params?._meta?.progressToken === undefined) return { ...request, id }
  return { ...request, id, params: { ...params, _meta: { ...params._meta, progressToken: id } } }
}

/**
 * The number of the request that a message of the backend belongs to. Over stdio a notification that
 * could belong to any goes with the newest.
 */
export function numberOf(message: JSONRPCMessage, newest: number | undefined): number | undefined {
  if (!("method" in message)) return asNumber(message.id)
  const params = isObject(message.params) ? message.params : {}
  const meta = isObject(params._meta) ? params._meta : {}
  if (message.method === "notifications/progress") return asNumber(params.progressToken)
  if (message.method === "notifications/cancelled") return asNumber(params.requestId)
  return SUBSCRIPTION_KEY in meta ? asNumber(meta[SUBSCRIPTION_KEY]) : newest
}

/** A message of the backend with the id and the progress token of the client's request. */
export function asClientKnows(
  message: JSONRPCMessage,
  { id, params: asked }: JSONRPCRequest,
): JSONRPCMessage {
  if (!("method" in message)) {
    if (!("result" in message)) return { ...message, id }
    return { ...message, id, result: { ...message.result, ...subscription(message.result, id) } }
  }
  const { params } = message
  if (!isObject(params)) return message
  const progressToken = asked?._meta?.progressToken
  const known = {
    ...(message.method === "notifications/progress" && { progressToken }),
    ...(message.method === "notifications/cancelled" && { requestId: id }),
    ...subscription(params, id),
  }
  return { ...message, params: { ...params, ...known } }
}

/** A subscription has the id of the request that opened it. */
function subscription({ _meta }: { _meta?: unknown }, id: RequestId) {
  if (!isObject(_meta) || _meta[SUBSCRIPTION_KEY] === undefined) return {}
  return { _meta: { ..._meta, [SUBSCRIPTION_KEY]: id } }
}

function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined
}

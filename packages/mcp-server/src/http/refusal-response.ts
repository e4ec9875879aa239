import { formatBearerChallenge } from "../protocol/bearer-challenge.ts"
import { rpcError } from "../protocol/json-rpc.ts"
import type { Refused } from "../refusals.ts"

/** The response to a refused request: status, challenge, and the same in words as a JSON-RPC error. */
export function refusalResponse(refused: Refused): Response {
  const { status, message, challenge, rpcCode = -32000 } = refused
  const headers = new Headers(refused.headers)
  headers.set("content-type", "application/json")
  headers.set("cache-control", "no-store")
  if (challenge) headers.set("www-authenticate", formatBearerChallenge(challenge))
  return new Response(rpcError(rpcCode, message), { status, headers })
}

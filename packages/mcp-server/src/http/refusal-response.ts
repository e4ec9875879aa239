import { type DpopTerms, formatChallenge } from "../protocol/challenge.ts"
import { rpcError } from "../protocol/json-rpc.ts"
import type { Refused } from "../refusals.ts"

/** The response to a refused request: status, challenge, and the same in words as a JSON-RPC error. */
export function refusalResponse(refused: Refused, dpop?: DpopTerms): Response {
  const { status, message, challenge, rpcCode = -32000 } = refused
  const headers = new Headers(refused.headers)
  headers.set("content-type", "application/json")
  headers.set("cache-control", "no-store")
  if (challenge) headers.set("www-authenticate", formatChallenge(challenge, dpop))
  return new Response(rpcError(rpcCode, message), { status, headers })
}

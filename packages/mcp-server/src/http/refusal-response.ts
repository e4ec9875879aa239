import type { Refused } from "../flow/refused.ts"
import { formatBearerChallenge } from "../protocol/bearer-challenge.ts"
import { rpcError } from "../protocol/json-rpc.ts"

/** The response to a refused request: status, challenge, and a JSON-RPC error that says the same in words. */
export function refusalResponse(refused: Refused): Response {
  const { status, message, challenge, retryAfter, rpcCode = -32000 } = refused
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-store" })
  if (challenge) headers.set("www-authenticate", formatBearerChallenge(challenge))
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter))
  if (status === 405) headers.set("allow", "GET, POST, DELETE")
  return new Response(rpcError(rpcCode, message), { status, headers })
}

import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js"
import type { BackendRefusal } from "../backend.ts"
import { requestId } from "../protocol/messages.ts"
import { claimedVersion } from "./claimed-version.ts"

const UNSUPPORTED_PROTOCOL_VERSION = -32022

/**
 * The answer to a request that belongs to no session and begins none.
 *
 * Since 2026-07-28 that is the rule. Clients that also know sessions begin one when they learn that only
 * revisions with sessions are spoken here (MCP lifecycle, version negotiation).
 */
export function answerWithoutSession(body: unknown): [BackendRefusal, Response] {
  const requested = claimedVersion(body)
  if (requested === undefined) {
    const error = { code: -32000, message: "Mcp-Session-Id is missing: begin with initialize." }
    return ["session_missing", errorResponse(body, error)]
  }
  const data = { supported: SUPPORTED_PROTOCOL_VERSIONS, requested }
  const message = "This server speaks only revisions of MCP that begin with initialize."
  const error = { code: UNSUPPORTED_PROTOCOL_VERSION, message, data }
  return ["version_unsupported", errorResponse(body, error)]
}

function errorResponse(body: unknown, error: object): Response {
  return Response.json({ jsonrpc: "2.0", id: requestId(body), error }, { status: 400 })
}

import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js"
import { isObject } from "../../protocol/messages.ts"
import type { CallerChannel } from "./caller-channel.ts"

const UNSUPPORTED_PROTOCOL_VERSION = -32022

/**
 * Asks a backend whether it speaks a revision without sessions, as clients do over stdio: one that does
 * not answers with some error, or not at all (MCP lifecycle, 2026-07-28).
 */
export async function speaksStateless(
  channel: CallerChannel,
  version: string,
  seconds: number,
): Promise<boolean> {
  const response = await channel.request(discover(version), AbortSignal.timeout(seconds * 1000))
  if (!response.ok) return false
  const { result, error } = Object(await response.json())
  if (isObject(result)) return Array.isArray(result.supportedVersions)
  return isObject(error) && error.code === UNSUPPORTED_PROTOCOL_VERSION
}

function discover(version: string): JSONRPCRequest {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "doorward", version: "1.0.0" },
    "io.modelcontextprotocol/clientCapabilities": {},
  }
  return { jsonrpc: "2.0", id: 0, method: "server/discover", params: { _meta } }
}

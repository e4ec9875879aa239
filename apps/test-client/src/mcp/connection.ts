import type { Fetch } from "../http/exchange.ts"
import { bearerChallenge, type Challenge } from "../protocol/challenge.ts"

export interface McpTool {
  name: string
  /** The names of the arguments that a call must have. */
  required: readonly string[]
  /** Whether it says that it changes nothing. */
  readOnly: boolean
}

/** A connected MCP client, whichever SDK it is of. */
export interface McpConnection {
  /** What was agreed on, and with whom. */
  protocolVersion: string
  serverName: string
  listTools(): Promise<readonly McpTool[]>
  /** The result's text; `isError` if the tool says that it failed. */
  callTool(name: string): Promise<{ text: string; isError: boolean }>
  close(): Promise<void>
}

/** What both SDKs' transports take as `fetch`. */
export type ClientFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** The token that a connection sends, by which fetch, and how it was last refused. */
export interface Bearer {
  token: string
  fetch: Fetch
  refusal?: { status: number; challenge: Challenge | undefined }
}

/** Sends the bearer's present token with every request, in the header (OAuth 2.1 §5.1). */
export function bearerFetch(bearer: Bearer): ClientFetch {
  return async (url, init) => {
    const request = new Request(url, init)
    request.headers.set("authorization", `Bearer ${bearer.token}`)
    const response = await bearer.fetch(request)
    if (response.status === 401 || response.status === 403) {
      bearer.refusal = { status: response.status, challenge: bearerChallenge(response) }
    }
    return response
  }
}

/** The text blocks of a tool's result. */
export function textOf(content: unknown): string {
  const blocks: unknown[] = Array.isArray(content) ? content : []
  return blocks
    .map((block) => {
      const isText = typeof block === "object" && block !== null && "text" in block
      return isText ? String(block.text) : "[no text]"
    })
    .join("\n")
}

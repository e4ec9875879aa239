import type { ServeOpen } from "./serve-mcp.ts"

/** The methods that can be open: their answer is the same whoever asks. */
export const openMethods = [
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
] as const

/** A method that a client may call before anybody has signed in. */
export type OpenMethod = (typeof openMethods)[number]

/**
 * What a client may find out before anybody has signed in. A request counts only if it has no token at all,
 * and names no session; every message in it must be open. Its answer begins no session, and is what a caller
 * sees who meets no rule of `policy`.
 */
export interface OpenDiscovery {
  /** The methods that are open. `initialize` opens `notifications/initialized` with it. */
  methods: readonly OpenMethod[]
  /**
   * Serves these requests, without a caller and without a session: `createMcpHandler(…).fetch` of
   * `@modelcontextprotocol/server`, or `serveOpen` of a gateway's backend.
   */
  serve: ServeOpen
}

import type { AuthInfo } from "./auth-info.ts"

/**
 * Serves an MCP request whose caller is known. `createMcpHandler(…).fetch` of
 * `@modelcontextprotocol/server` is one.
 */
export type ServeMcp = (request: Request, options: ServeMcpOptions) => Response | Promise<Response>

/** What the guard found out about a request. */
export interface ServeMcpOptions {
  /** Who is calling. */
  authInfo: AuthInfo
  /** The parsed JSON body. The body of the request itself has been read already. */
  parsedBody?: unknown
  /**
   * The JSON text of `parsedBody`, if the guard read it itself: a number that JavaScript cannot hold
   * exactly is only there in full.
   */
  bodyText?: string
}

/** Serves an MCP request of nobody in particular. */
export type ServeOpen = (
  request: Request,
  options: Omit<ServeMcpOptions, "authInfo">,
) => Response | Promise<Response>

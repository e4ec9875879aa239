import type { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { AuthInfo } from "../auth-info.ts"

/** An `McpServer` or `Server` of `@modelcontextprotocol/sdk` 1.x. */
export interface Sdk1Server {
  /** Starts to serve what comes over the transport. */
  connect(transport: WebStandardStreamableHTTPServerTransport): Promise<void>
  /** Ends the server and its transport. */
  close(): Promise<void>
}

/** Makes a new server each time it is called: one that is connected can't be shared. */
export type Sdk1ServerFactory = (context: Sdk1ServerContext) => Sdk1Server | Promise<Sdk1Server>

/** What a server is made for. */
export interface Sdk1ServerContext {
  /** Who opens the session, or sends the request. */
  authInfo: AuthInfo
}

import type { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { AuthInfo } from "../auth-info.ts"

/** An `McpServer` or `Server` of `@modelcontextprotocol/sdk` 1.x. */
export interface Sdk1Server {
  connect(transport: WebStandardStreamableHTTPServerTransport): Promise<void>
  close(): Promise<void>
}

/** Makes a fresh server: a connected one can't be shared. */
export type Sdk1ServerFactory = (context: {
  authInfo: AuthInfo
}) => Sdk1Server | Promise<Sdk1Server>

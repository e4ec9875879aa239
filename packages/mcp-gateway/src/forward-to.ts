import type { Backend } from "./backend.ts"
import { httpBackend } from "./http/http-backend.ts"
import type { ForwardToOptions } from "./options.ts"
import { readForwardToOptions } from "./options-schema.ts"
import { sseBackend } from "./sse/sse-backend.ts"

/**
 * Forwards MCP requests to a server that runs at `url`, in any language (MCP transports, Streamable
 * HTTP), of the revisions with sessions and of those without; or, with `transport: "sse"`, to one of the
 * HTTP+SSE transport of 2024-11-05, whose sessions stay in the memory of this process.
 *
 * What a backend gets is made from what the guard has judged: the body is written anew, and of the
 * client's headers only those of MCP pass; never its token. Session ids are sealed for the caller.
 *
 * @example
 * const app = new Hono().route("/", proxy.app)
 * const serve = forwardTo("http://127.0.0.1:9000/mcp", { secret })
 * protectMcp(app, { path: "/mcp", proxy, serve })
 * @throws {ConfigurationError} with every mistake in the options.
 */
export function forwardTo(url: string | URL, options: ForwardToOptions): Backend {
  const settings = readForwardToOptions(url, options)
  return settings.transport === "sse" ? sseBackend(settings) : httpBackend(settings)
}

import { configureResource } from "./configure-resource.ts"
import { mcpEndpoint } from "./http/mcp-endpoint.ts"
import { metadataEndpoint } from "./http/metadata-endpoint.ts"
import type { McpGuardOptions } from "./options.ts"
import { type CheckedOptions, readMcpGuardOptions } from "./options-schema.ts"
import { resourceMetadata } from "./protocol/resource-metadata.ts"

/** An MCP endpoint behind OAuth, for whatever can hand over a `Request` and send a `Response`. */
export interface McpGuard {
  /** Answers a request to the MCP endpoint. It looks at no path: that is the router's part. */
  readonly fetch: (request: Request, options?: McpGuardFetchOptions) => Promise<Response>
  /** The endpoint's protected resource metadata, by which clients find the sign-in (RFC 9728). */
  readonly metadata: McpGuardMetadata
}

/** What is known about a request besides the request itself. */
export interface McpGuardFetchOptions {
  /**
   * The JSON body, if a framework has read and parsed it already, as `express.json()` does. `maxBodyBytes`
   * is then compared with the declared `Content-Length` only; the framework's own limit covers the rest.
   * Default: the guard reads the body of the request.
   */
  parsedBody?: unknown
}

/** Protected resource metadata, and where to serve it. */
export interface McpGuardMetadata {
  /**
   * The paths to serve it at, on the host of the resource: `/.well-known/oauth-protected-resource`
   * followed by the path of the resource, and without it (RFC 9728 §3.1). Behind a proxy whose `baseUrl`
   * has a path, the same below that path too.
   */
  readonly paths: string[]
  /** Answers a request to one of `paths`. */
  readonly fetch: (request: Request) => Promise<Response>
}

/**
 * Puts an MCP server behind OAuth (OAuth 2.1 §5, RFC 9728), in any framework and on any runtime that has
 * `Request` and `Response`.
 *
 * @example
 * const guard = mcpGuard({ proxy, serve: createMcpHandler(createServer).fetch })
 * Deno.serve((request) => {
 *   const { pathname } = new URL(request.url)
 *   if (pathname === "/mcp") return guard.fetch(request)
 *   if (guard.metadata.paths.includes(pathname)) return guard.metadata.fetch(request)
 *   return proxy.app.fetch(request)
 * })
 * @throws {ConfigurationError} with every mistake in the options.
 */
export function mcpGuard(options: McpGuardOptions): McpGuard {
  return guardWith(readMcpGuardOptions(options))
}

/** @internal */
export function guardWith(options: CheckedOptions): McpGuard {
  const resource = configureResource(options)
  const answer = mcpEndpoint(resource, options)
  const answerMetadata = metadataEndpoint(resourceMetadata(resource))
  return {
    fetch: (request, { parsedBody } = {}) => answer(request, parsedBody),
    metadata: {
      paths: [...resource.metadataPaths],
      fetch: async (request) => answerMetadata(request),
    },
  }
}

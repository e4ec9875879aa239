import { ConfigurationError } from "@doorward/boundary"
import { guardWith } from "./mcp-guard.ts"
import type { ProtectMcpOptions } from "./options.ts"
import { readProtectMcpOptions } from "./options-schema.ts"

/** What `protectMcp` needs of a Hono app. */
export interface HonoApp {
  /** Answers a request. Apps of other frameworks have no such method; for them there is `mcpGuard`. */
  fetch(request: Request): Response | Promise<Response>
  /** Adds a route for every method. */
  all(path: string, handler: (context: HonoContext) => Response | Promise<Response>): unknown
}

/** Hono's context of a request, as far as it is read here. */
export interface HonoContext {
  /** Hono's own request. */
  req: {
    /** The `Request` that it was made from. */
    raw: Request
  }
}

/**
 * Puts an MCP server behind OAuth on a Hono app: mounts `mcpGuard` at `path`, and its metadata at the
 * two well-known paths (RFC 9728 §3.1). Each also answers with a slash at its end.
 *
 * `app` must answer at the root of the resource's host. Of several resources on one app, the first one
 * has the well-known path at the root.
 *
 * @example
 * const app = new Hono().route("/", proxy.app)
 * protectMcp(app, { path: "/mcp", proxy, serve: createMcpHandler(createServer).fetch })
 * @throws {ConfigurationError} with every mistake in the options.
 */
export function protectMcp(app: HonoApp, options: ProtectMcpOptions): void {
  if (typeof app.fetch !== "function") {
    const message = "must be a Hono app; for other frameworks there is mcpGuard"
    throw new ConfigurationError("protectMcp", [{ option: "app", message }])
  }
  const checked = readProtectMcpOptions(options)
  const { fetch, metadata } = guardWith(checked)
  for (const path of withSlash(checked.path)) app.all(path, ({ req }) => fetch(req.raw))
  for (const path of metadata.paths.flatMap(withSlash)) {
    app.all(path, ({ req }) => metadata.fetch(req.raw))
  }
}

const withSlash = (path: string) => (path.endsWith("/") ? [path] : [path, `${path}/`])

import { guardWith } from "./mcp-guard.ts"
import type { ProtectMcpOptions } from "./options.ts"
import { readProtectMcpOptions } from "./options-schema.ts"

/** A Hono app, as far as routes are added to it here. */
export interface HonoApp {
  /** Adds a route for every method. */
  all(
    path: string,
    handler: (context: { req: { raw: Request } }) => Response | Promise<Response>,
  ): unknown
}

/**
 * Puts an MCP server behind OAuth on a Hono app: mounts `mcpGuard` at `path`, and its metadata at the
 * two well-known paths (RFC 9728 §3.1).
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
  const checked = readProtectMcpOptions(options)
  const { fetch, metadata } = guardWith(checked)
  app.all(checked.path, ({ req }) => fetch(req.raw))
  for (const path of metadata.paths) app.all(path, ({ req }) => metadata.fetch(req.raw))
}

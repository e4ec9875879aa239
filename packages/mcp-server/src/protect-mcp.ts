import type { Env, Hono, Schema } from "hono"
import { type GuardOptions, guard } from "./http/guard.ts"
import { metadataEndpoint } from "./http/metadata-response.ts"
import { configureResource, type ResourceOptions } from "./protected-resource.ts"
import { metadataPath, ROOT_METADATA_PATH, resourceMetadata } from "./protocol/resource-metadata.ts"

export type ProtectMcpOptions = ResourceOptions & GuardOptions

/**
 * Puts an MCP server behind OAuth: mounts it on `app` at `path`, with bearer check, and its protected
 * resource metadata (RFC 9728) at the path-inserted and the root well-known path.
 *
 * `app` must sit at the root of the resource's host. Of several resources on one app, the first one
 * has the root well-known path.
 *
 * @throws {TypeError} that says which option is wrong.
 */
export function protectMcp<E extends Env, S extends Schema, B extends string>(
  app: Hono<E, S, B>,
  options: ProtectMcpOptions,
): void {
  const resource = configureResource(options)
  const handle = guard(resource, options)
  const metadata = metadataEndpoint(resourceMetadata(resource))
  app.all(options.path, (c) => handle(c.req.raw))
  for (const path of new Set([metadataPath(resource.url), ROOT_METADATA_PATH])) {
    app.all(path, (c) => metadata(c.req.raw))
  }
}

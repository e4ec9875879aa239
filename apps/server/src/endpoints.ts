import { type BackendSettings, usualPath } from "./configuration/backend-schema.ts"
import type { Configuration } from "./configuration/read-configuration.ts"

/** One MCP endpoint: a resource of its own (RFC 8707), with what serves it. */
export interface Endpoint {
  /** The path of its settings. */
  setting: string
  /** The path that clients use, below that of the server. */
  path: string
  /** The URL that clients use. */
  resource: string
  /** The name that people see; none is the host. */
  name: string | undefined
  /** What clients may ask for; none is every scope. */
  scopes: readonly string[] | undefined
  /** The server behind it: none for the example tools. */
  backend: { key: string; settings: BackendSettings } | undefined
}

/** The endpoints that the configuration describes: one for each backend, or that of the example tools. */
export function endpointsOf({ baseUrl, backends }: Configuration): Endpoint[] {
  const entries = Object.entries(backends)
  if (entries.length === 0) {
    const name = "the Doorward example server"
    const path = "/mcp"
    return [
      { setting: "", path, resource: baseUrl + path, name, scopes: undefined, backend: undefined },
    ]
  }
  return entries.map(([key, settings]) => {
    const path = settings.path ?? usualPath(key)
    return {
      setting: `backends.${key}`,
      path,
      resource: baseUrl + path,
      name: settings.name ?? (entries.length === 1 ? undefined : key),
      scopes: settings.scopes,
      backend: { key, settings },
    }
  })
}

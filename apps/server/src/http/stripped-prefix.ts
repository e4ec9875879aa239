import { getPath } from "hono/utils/url"

/**
 * Routes requests below `basePath`, whether or not an ingress has stripped it: with it stripped, `/mcp`
 * is routed as `/vault/mcp`. The well-known paths at the root of the host have it inside
 * (RFC 8414 §3.1, RFC 9728 §3.1) and stay as they are.
 *
 * @param basePath such as `/vault`, without a slash at its end; empty at the root of a host.
 */
export function routingBelow(basePath: string): { getPath?: (request: Request) => string } {
  if (basePath === "") return {}
  return {
    getPath(request) {
      const path = getPath(request)
      const isThere = path === basePath || path.startsWith(`${basePath}/`)
      return isThere || isInserted(path, basePath) ? path : basePath + path
    },
  }
}

const isInserted = (path: string, basePath: string) =>
  path.startsWith("/.well-known/") && `${path}/`.includes(`${basePath}/`)

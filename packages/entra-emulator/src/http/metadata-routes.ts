import { Hono } from "hono"
import { cors } from "hono/cors"
import type { Emulation } from "../state/emulation.ts"
import { instanceDiscovery, jsonWebKeySet, openidConfiguration } from "./discovery.ts"

export function metadataRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  const open = cors({ origin: "*", allowMethods: ["GET", "OPTIONS"] })
  routes.get("/common/discovery/instance", open, (c) =>
    c.json(instanceDiscovery(emulation, c.req.query("authorization_endpoint") ?? null)),
  )
  routes.get("/:tenant/v2.0/.well-known/openid-configuration", open, (c) => {
    const metadata = openidConfiguration(emulation, c.req.param("tenant"))
    c.header("cache-control", "max-age=86400, private")
    return c.json(metadata)
  })
  routes.get("/:tenant/discovery/v2.0/keys", open, async (c) => {
    const keys = await jsonWebKeySet(emulation, c.req.param("tenant"))
    c.header("cache-control", "max-age=86400, private")
    return c.json(keys)
  })
  return routes
}

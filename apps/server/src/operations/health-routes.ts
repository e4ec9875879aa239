import type { Store } from "@doorward/oauth-core"
import type { Hono } from "hono"

/**
 * `/healthz` says that the process answers, `/readyz` that its store answers too. Both are below the path
 * of the server.
 */
export function addHealthRoutes(app: Hono, store: Store, basePath: string): void {
  app.get(`${basePath}/healthz`, (c) => c.json({ status: "ok" }))
  app.get(`${basePath}/readyz`, async (c) => {
    try {
      await store.ping()
      return c.json({ status: "ready" })
    } catch {
      return c.json({ status: "store unavailable" }, 503, { "Retry-After": "5" })
    }
  })
}

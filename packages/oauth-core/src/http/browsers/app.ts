import { Hono } from "hono"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"
import { limit } from "../limits.ts"
import { refuseOtherMethods } from "../methods.ts"
import { errorsOnly } from "../thrown-values.ts"
import { addAuthorizationRoutes } from "./authorization-routes.ts"
import { addDeviceRoutes } from "./device-routes.ts"
import { addGrantsRoutes } from "./grants-routes.ts"
import { refuseBrowser } from "./refuse.ts"

/** The endpoints that a person's browser visits. They answer with pages and redirects. */
export function browsers(http: HttpContext): Hono {
  const app = new Hono()
  for (const name of ["authorize", "consent", "callback", "grants"] as const) {
    app.use(endpointPaths[name], errorsOnly, limit(name, http))
  }
  // Hono answers HEAD like GET, but these endpoints have effects that a HEAD request must not have.
  for (const [name, allowed] of [
    ["authorize", "GET, POST"],
    ["callback", "GET"],
  ] as const) {
    app.use(endpointPaths[name], async (c, next) =>
      c.req.method === "HEAD" ? c.body(null, 405, { Allow: allowed }) : next(),
    )
  }
  addAuthorizationRoutes(app, http)
  addGrantsRoutes(app, http)
  if (http.deps.settings.grantTypes.includes("urn:ietf:params:oauth:grant-type:device_code")) {
    app.use(endpointPaths.device, errorsOnly, limit("device", http))
    addDeviceRoutes(app, http)
  }
  refuseOtherMethods(app)
  app.onError((error, c) => refuseBrowser(c, error, http))
  return app
}

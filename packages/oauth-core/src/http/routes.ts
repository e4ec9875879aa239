import { Hono } from "hono"
import { browsers } from "./browsers/app.ts"
import type { HttpContext } from "./context.ts"
import { programs } from "./programs/app.ts"
import { metadata } from "./programs/metadata-routes.ts"

/**
 * All endpoints: those that programs call, which answer with JSON, and those that a person's browser
 * visits, which answer with pages. `flow/README.md` says which steps each of them takes.
 */
export function createRoutes(http: HttpContext): Hono {
  const { pathname } = new URL(http.deps.settings.issuer)
  return new Hono()
    .route("/", metadata(http))
    .route(pathname, programs(http))
    .route(pathname, browsers(http))
}

import { Hono } from "hono"
import { browsers } from "./browsers/app.ts"
import type { HttpContext } from "./context.ts"
import { programs } from "./programs/app.ts"
import { metadata } from "./programs/metadata-routes.ts"

/**
 * Every endpoint: those that programs call, which answer in JSON, and those that a person's browser
 * visits, which answer with pages. `flow/README.md` says which step each one takes.
 */
export function createRoutes(http: HttpContext): Hono {
  const { pathname } = new URL(http.deps.settings.issuer)
  return new Hono()
    .route("/", metadata(http))
    .route(pathname, programs(http))
    .route(pathname, browsers(http))
}

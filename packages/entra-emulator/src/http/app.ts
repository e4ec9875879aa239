import { Hono } from "hono"
import type { Emulation } from "../emulation.ts"
import { authorizeRoutes } from "./authorize-routes.ts"
import { faultsOf } from "./fault-middleware.ts"
import { graphRoutes } from "./graph-routes.ts"
import { homeRoutes } from "./home-routes.ts"
import { metadataRoutes } from "./metadata-routes.ts"
import { answerError } from "./responses.ts"
import { tokenRoutes } from "./token-routes.ts"

/** Every endpoint, each group in a file of its own. */
export function createApp(emulation: Emulation): Hono {
  const app = new Hono()
  app.use(faultsOf(emulation))
  app.route("/", homeRoutes(emulation))
  app.route("/", metadataRoutes(emulation))
  app.route("/", graphRoutes(emulation))
  app.route("/", tokenRoutes(emulation))
  app.route("/", authorizeRoutes(emulation))
  app.onError((error, c) => answerError(emulation, c, error))
  return app
}

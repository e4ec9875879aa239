import { Hono } from "hono"
import type { ControlCommand } from "../state/control-command.ts"
import type { Emulation } from "../state/emulation.ts"
import { controlRoutes } from "./control-routes.ts"
import { faultsOf } from "./fault-middleware.ts"
import { graphRoutes } from "./graph-routes.ts"
import { homeRoutes } from "./home-routes.ts"
import { managedIdentityRoutes } from "./managed-identity-routes.ts"
import { metadataRoutes } from "./metadata-routes.ts"
import { answerError } from "./responses.ts"
import { signInRoutes } from "./sign-in-routes.ts"
import { tokenRoutes } from "./token-routes.ts"

/** All endpoints. */
export function createApp(emulation: Emulation, control: (command: ControlCommand) => void): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header("date", new Date(emulation.now()).toUTCString())
  })
  app.use(faultsOf(emulation))
  app.route("/", homeRoutes(emulation))
  app.route("/", metadataRoutes(emulation))
  app.route("/", controlRoutes(emulation, control))
  app.route("/", graphRoutes(emulation))
  app.route("/", managedIdentityRoutes(emulation))
  app.route("/", tokenRoutes(emulation))
  app.route("/", signInRoutes(emulation))
  app.onError((error, c) => answerError(emulation, c, error))
  return app
}

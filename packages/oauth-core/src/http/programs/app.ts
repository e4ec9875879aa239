import { Hono } from "hono"
import { cors } from "hono/cors"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"
import { limit } from "../limits.ts"
import { refuseOtherMethods } from "../methods.ts"
import { errorsOnly } from "../thrown-values.ts"
import { dpopNonce } from "./proven-key.ts"
import { refuseProgram } from "./refuse.ts"
import { addRegistrationRoutes } from "./registration-routes.ts"
import { addTokenRoutes } from "./token-routes.ts"

/** The endpoints that pages of other origins may call, such as the MCP Inspector's. */
const crossOrigin = ["token", "revoke", "register", "deviceAuthorization"] as const

/** The endpoints that programs call. They answer in JSON, or with no body. */
export function programs(http: HttpContext): Hono {
  const app = new Hono()
  for (const name of crossOrigin) {
    app.use(
      endpointPaths[name],
      cors({
        origin: "*",
        allowMethods: ["POST"],
        exposeHeaders: ["WWW-Authenticate", "DPoP-Nonce"],
      }),
    )
  }
  for (const name of ["token", "revoke", "introspect", "par"] as const) {
    app.use(endpointPaths[name], errorsOnly, limit(name, http))
  }
  app.use(endpointPaths.deviceAuthorization, errorsOnly, limit("device_authorization", http))
  app.use(`${endpointPaths.register}/*`, errorsOnly, limit("register", http))
  for (const name of ["token", "par"] as const) app.use(endpointPaths[name], dpopNonce(http))
  addRegistrationRoutes(app, http)
  addTokenRoutes(app, http)
  refuseOtherMethods(app)
  app.onError((error, c) => refuseProgram(c, error, http))
  return app
}

import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { cors } from "hono/cors"
import { OAuthError } from "../ports/errors.ts"
import { endpointPaths } from "../protocol/server-metadata.ts"
import { addAuthorizationRoutes } from "./browsers/authorization-routes.ts"
import type { HttpContext } from "./context.ts"
import { addGrantsRoutes } from "./browsers/grants-routes.ts"
import { limit } from "./limits.ts"
import { addMetadataRoutes } from "./programs/metadata-routes.ts"
import { refuseInBrowser, refuseWithJson } from "./refuse.ts"
import { addRegistrationRoutes } from "./programs/registration-routes.ts"
import { bodyMaxBytes, consentMaxBytes } from "./request-body.ts"
import { addTokenRoutes } from "./programs/token-routes.ts"

/** Who calls an endpoint: a program, which is answered in JSON, or a person's browser. */
const programs = ["token", "revoke", "introspect", "par", "register"] as const
const browsers = ["authorize", "consent", "callback", "grants"] as const
/** Which of them a page of another origin may call, such as the Inspector's. */
const crossOrigin = ["token", "revoke", "register"] as const

/**
 * The route table.
 *
 * ```text
 * GET  /.well-known/…      metadata-routes
 * POST /register …         registration-routes   register-client, manage-client
 * GET  /authorize          authorization-routes  start-authorization → consent page or upstream
 * POST /consent                                  decide-consent → redirect-upstream
 * GET  /auth/callback                            complete-callback → issue-code
 * POST /token              token-routes          exchange-code, refresh-tokens
 * POST /par /revoke /introspect                  push-authorization-request, revoke-token, introspect-token
 * GET  /grants             grants-routes         list-grants
 * POST /grants                                   end-user-grants, redirect-upstream
 * ```
 */
export function createRoutes(http: HttpContext): Hono {
  const app = new Hono()
  const { pathname } = new URL(http.deps.settings.issuer)
  const endpoints = new Hono()

  for (const name of crossOrigin) {
    endpoints.use(
      endpointPaths[name],
      cors({ origin: "*", allowMethods: ["POST"], exposeHeaders: ["WWW-Authenticate"] }),
    )
  }
  for (const name of programs) {
    const path = name === "register" ? `${endpointPaths[name]}/*` : endpointPaths[name]
    const onError = (c: Context) => refuseWithJson(c, tooLarge(bodyMaxBytes), http)
    endpoints.use(path, bodyLimit({ maxSize: bodyMaxBytes, onError }), limit(name, http))
  }
  for (const name of browsers) {
    const maxSize = name === "consent" ? consentMaxBytes : bodyMaxBytes
    const onError = (c: Context) => refuseInBrowser(c, tooLarge(maxSize), http)
    endpoints.use(endpointPaths[name], bodyLimit({ maxSize, onError }), limit(name, http))
  }
  addRegistrationRoutes(endpoints, http)
  addAuthorizationRoutes(endpoints, http)
  addTokenRoutes(endpoints, http)
  addGrantsRoutes(endpoints, http)
  refuseOtherMethods(endpoints)

  addMetadataRoutes(app, http)
  refuseOtherMethods(app)
  app.route(pathname === "/" ? "/" : pathname, endpoints)
  app.onError((error, c) =>
    browsers.some((name) => c.req.path.endsWith(endpointPaths[name]))
      ? refuseInBrowser(c, error, http)
      : refuseWithJson(c, error, http),
  )
  return app
}

const tooLarge = (maxSize: number) =>
  new OAuthError(
    "invalid_request",
    "request_too_large",
    `The body must have at most ${maxSize} bytes.`,
    { status: 413 },
  )

/** Answers the methods that a path has no route for (RFC 9110 §15.5.6). */
function refuseOtherMethods(app: Hono): void {
  const methodsOf = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue
    methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method))
  }
  for (const [path, methods] of methodsOf) {
    app.all(path, (c) => {
      c.header("Allow", [...methods].join(", "))
      throw new OAuthError(
        "invalid_request",
        "method_not_allowed",
        "That method is not allowed here.",
        { status: 405 },
      )
    })
  }
}

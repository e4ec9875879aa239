import { Hono } from "hono"
import { cors } from "hono/cors"
import { buildServerMetadata } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"
import { refuseOtherMethods } from "../methods.ts"
import { errorsOnly } from "../thrown-values.ts"
import { refuseProgram } from "./refuse.ts"

/** An hour: long enough to save requests, short enough for changes to arrive. */
const cacheControl = "public, max-age=3600"

/**
 * The server's metadata (RFC 8414 §3 and OpenID Connect Discovery §4), at every path that clients try,
 * and its public keys.
 */
export function metadata(http: HttpContext): Hono {
  const app = new Hono()
  const { settings, documents, signingKeys } = http.deps
  const scopes = [...new Set(settings.resources.flatMap((resource) => resource.scopes))]
  const document = buildServerMetadata({
    issuer: settings.issuer,
    scopes,
    resources: settings.resources.map(({ resource }) => resource),
    grantTypes: settings.grantTypes,
    registrationOpen: settings.registration.open,
    clientIdMetadataDocuments: documents !== undefined,
    introspection: (http.options.resourceServers ?? []).length > 0,
    dpopAlgorithms: http.deps.dpop?.algorithms,
    documentation: http.options.documentation,
  })
  const { pathname } = new URL(settings.issuer)
  const base = pathname === "/" ? "" : pathname
  const places = new Set([
    `/.well-known/oauth-authorization-server${base}`,
    `/.well-known/openid-configuration${base}`,
    `${base}/.well-known/openid-configuration`,
    `${base}/.well-known/oauth-authorization-server`,
  ])
  const open = cors({ origin: "*", allowMethods: ["GET"], maxAge: 3600 })
  for (const place of places) {
    app.use(place, open)
    app.get(place, (c) => c.json(document, 200, { "Cache-Control": cacheControl }))
  }
  const jwks = `${base}/.well-known/jwks.json`
  app.use(jwks, errorsOnly, open)
  app.get(jwks, async (c) =>
    c.json({ keys: await signingKeys.publicKeys() }, 200, {
      "Cache-Control": "public, max-age=300",
    }),
  )
  refuseOtherMethods(app)
  app.onError((error, c) => refuseProgram(c, error, http))
  return app
}

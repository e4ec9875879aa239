import type { Context, Hono } from "hono"
import { deleteRegistration, readRegistration } from "../../flow/clients/manage.ts"
import { registerClient } from "../../flow/clients/register.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"
import { readJson } from "../request-body.ts"

/** Registration and its management (RFC 7591, RFC 7592). */
export function addRegistrationRoutes(app: Hono, http: HttpContext): void {
  const { deps } = http
  const noStore = { "Cache-Control": "no-store" }

  app.post(endpointPaths.register, async (c) => {
    const metadata = await readJson(c)
    const registered = await registerClient({ metadata, accessToken: bearerToken(c) }, deps)
    return c.json(registered, 201, noStore)
  })

  const managed = (c: Context) => ({
    clientId: c.req.param("id") ?? "",
    registrationToken: bearerToken(c),
  })
  const registration = `${endpointPaths.register}/:id`
  app.get(registration, async (c) => c.json(await readRegistration(managed(c), deps), 200, noStore))
  app.delete(registration, async (c) => {
    await deleteRegistration(managed(c), deps)
    return c.body(null, 204, noStore)
  })
}

/** The bearer token of the Authorization header (RFC 6750 §2.1). */
const bearerToken = (c: Context): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(c.req.header("authorization") ?? "")?.[1]

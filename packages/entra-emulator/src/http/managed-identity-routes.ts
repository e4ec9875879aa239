import { type Context, Hono } from "hono"
import type { Emulation } from "../state/emulation.ts"
import { ManagedIdentityError, managedIdentityToken } from "../token/managed-identity.ts"

/** IMDS, which virtual machines use, and the endpoint of App Service (`IDENTITY_ENDPOINT`). */
export function managedIdentityRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  routes.get("/metadata/identity/oauth2/token", async (c) =>
    c.req.header("metadata")?.toLowerCase() === "true"
      ? answer(emulation, c)
      : refuse(c, 400, "Required metadata header not specified"),
  )
  routes.get("/msi/token", async (c) =>
    c.req.header("x-identity-header")
      ? answer(emulation, c)
      : refuse(c, 401, "Required identity header not specified"),
  )
  return routes
}

async function answer(emulation: Emulation, c: Context): Promise<Response> {
  try {
    const { resource, client_id } = c.req.query()
    return c.json(await managedIdentityToken(emulation, resource, client_id))
  } catch (error) {
    if (!(error instanceof ManagedIdentityError)) throw error
    return refuse(c, 400, error.message)
  }
}

function refuse(c: Context, status: 400 | 401, description: string): Response {
  return c.json({ error: "invalid_request", error_description: description }, status)
}

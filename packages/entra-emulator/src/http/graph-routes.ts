import { Hono } from "hono"
import { authenticateGraphCall } from "../graph/caller.ts"
import { permissionGrants, servicePrincipal } from "../graph/service-principals.ts"
import { me, memberObjects, revokeSignInSessions, userInfo } from "../graph/users.ts"
import type { Emulation } from "../state/emulation.ts"

/** The endpoints of Microsoft Graph that a sign-in proxy uses. */
export function graphRoutes(emulation: Emulation): Hono {
  const routes = new Hono()
  const caller = (authorization: string | undefined) =>
    authenticateGraphCall(emulation, authorization)
  routes.on(["GET", "POST"], "/oidc/userinfo", async (c) =>
    c.json(userInfo(emulation, await caller(c.req.header("authorization")))),
  )
  routes.get("/v1.0/me", async (c) =>
    c.json(me(emulation, await caller(c.req.header("authorization")))),
  )
  for (const path of ["/v1.0/me", "/v1.0/users/:id"]) {
    routes.post(`${path}/getMemberObjects`, async (c) => {
      const id = c.req.param("id") ?? "me"
      return c.json(memberObjects(emulation, await caller(c.req.header("authorization")), id))
    })
    routes.post(`${path}/revokeSignInSessions`, async (c) => {
      const id = c.req.param("id") ?? "me"
      return c.json(
        revokeSignInSessions(emulation, await caller(c.req.header("authorization")), id),
      )
    })
  }
  const byAppId = "/v1.0/:key{servicePrincipals\\(appId='[^']+'\\)}"
  routes.get(byAppId, async (c) => {
    const asker = await caller(c.req.header("authorization"))
    return c.json(servicePrincipal(emulation, asker, appIdOf(c.req.param("key"))))
  })
  routes.get(`${byAppId}/oauth2PermissionGrants`, async (c) => {
    const asker = await caller(c.req.header("authorization"))
    return c.json(permissionGrants(emulation, asker, appIdOf(c.req.param("key"))))
  })
  return routes
}

/** `servicePrincipals(appId='…')` */
function appIdOf(key: string): string {
  return key.split("'")[1] ?? ""
}

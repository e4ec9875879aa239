import type { Context, Hono } from "hono"
import { redirectUpstream } from "../../flow/authorize/redirect-upstream.ts"
import { endOwnGrant } from "../../flow/grants/end-grants.ts"
import { listGrants } from "../../flow/grants/list.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"
import type { Session } from "../cookies.ts"
import { grantsPage, grantsSignInPage } from "../pages/grants-page.ts"
import { sendPage } from "../pages/page.ts"
import { readForm } from "../request-body.ts"
import { sendUpstream } from "./authorization-routes.ts"
import { demandOwnForm } from "./fetch-metadata.ts"
import { demandFormToken, formToken, outdatedForm } from "./form-token.ts"

/** `/grants`, where a person can sign in to see and end the access that they have granted. */
export function addGrantsRoutes(app: Hono, http: HttpContext): void {
  const { deps, cookies } = http
  const action = `${deps.settings.issuer}${endpointPaths.grants}`

  app.get(endpointPaths.grants, async (c) => {
    const token = await formToken(c, "grants", http)
    const session = await cookies.session(c)
    return showGrants(c, session, { action, token }, http)
  })

  app.post(endpointPaths.grants, async (c) => {
    const form = await readForm(c)
    demandOwnForm(c, deps.settings.issuer)
    await demandFormToken(c, "grants", form.get("token") ?? undefined, http)
    if (form.get("decision") === "sign_in") {
      return sendUpstream(c, await redirectUpstream({ type: "grants_page" }, deps), http)
    }
    const session = await cookies.session(c)
    if (!session) throw outdatedForm()
    await endOwnGrant({ userId: session.userId, grantId: form.get("grant") ?? "" }, deps)
    c.header("Cache-Control", "no-store")
    return c.redirect(action, 303)
  })
}

async function showGrants(
  c: Context,
  session: Session | undefined,
  form: { action: string; token: string },
  { deps, server }: HttpContext,
): Promise<Response> {
  const { settings, provider } = deps
  if (!session) return sendPage(c, grantsSignInPage({ server, provider: provider.name, form }))
  const grants = await listGrants(session.userId, deps)
  const named = grants.map(({ scopes, ...grant }) => ({
    ...grant,
    scopes: scopes.map((scope) => settings.scopeDescriptions[scope] ?? scope),
    resourceName:
      settings.resources.find(({ resource }) => resource === grant.resource)?.name ??
      grant.resource,
    renewable: grant.expiresAt < grant.createdAt + settings.lifetimes.grant,
  }))
  return sendPage(c, grantsPage({ server, person: session.person, grants: named, form }))
}

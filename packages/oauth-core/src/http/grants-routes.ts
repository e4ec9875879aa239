import type { Context, Hono } from "hono"
import { OAuthError } from "../errors.ts"
import { endOwnGrant, listGrants } from "../flow/list-grants.ts"
import { redirectUpstream } from "../flow/redirect-upstream.ts"
import { endpointPaths } from "../protocol/server-metadata.ts"
import { redirectUpstream as sendUpstream } from "./authorization-routes.ts"
import type { HttpContext } from "./context.ts"
import { demandOwnForm } from "./fetch-metadata.ts"
import { grantsPage } from "./grants-page.ts"
import { sendPage } from "./page.ts"
import { refuseInBrowser } from "./refuse.ts"
import { readForm } from "./request-body.ts"

/** `/grants`: after a sign-in of their own, a person sees and ends what they have allowed. */
export function addGrantsRoutes(app: Hono, http: HttpContext): void {
  const { deps, cookies } = http
  const action = `${deps.settings.issuer}${endpointPaths.grants}`
  const formToken = async (c: Context) => deps.binding.of(`grants ${await cookies.browser(c)}`)

  app.get(endpointPaths.grants, async (c) => {
    try {
      const userId = await cookies.session(c)
      if (userId === undefined) {
        return sendUpstream(c, await redirectUpstream({ type: "grants_page" }, deps), http)
      }
      const server = new URL(deps.settings.issuer).host
      const grants = await listGrants(userId, deps)
      return sendPage(c, grantsPage({ server, action, token: await formToken(c), grants }))
    } catch (error) {
      return refuseInBrowser(c, error, http)
    }
  })

  app.post(endpointPaths.grants, async (c) => {
    try {
      demandOwnForm(c, deps.settings.issuer)
      const form = await readForm(c)
      const userId = await cookies.session(c)
      const browser = await cookies.knownBrowser(c)
      const token = form.get("token") ?? undefined
      if (
        userId === undefined ||
        browser === undefined ||
        !(await deps.binding.matches(`grants ${browser}`, token))
      ) {
        throw new OAuthError(
          "invalid_request",
          "consent_form_invalid",
          "This page was open for too long. Open it again.",
        )
      }
      await endOwnGrant({ userId, grantId: form.get("grant") ?? "" }, deps)
      return c.redirect(action, 303)
    } catch (error) {
      return refuseInBrowser(c, error, http)
    }
  })
}

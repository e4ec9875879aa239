import type { Context } from "hono"
import { AuthorizationError } from "../../ports/errors.ts"
import { errorRedirect } from "../../protocol/authorization-response.ts"
import { buildErrorResponse } from "../../protocol/error-response.ts"
import type { HttpContext } from "../context.ts"
import { errorPage } from "../pages/error-page.ts"
import { sendPage } from "../pages/page.ts"
import { report } from "../refusal.ts"

/**
 * Answers a browser with an error: redirects it to the client if that is safe, or else shows a page. A
 * caller that is not a browser gets JSON.
 */
export async function refuseBrowser(
  c: Context,
  error: unknown,
  http: HttpContext,
): Promise<Response> {
  const refused = report(c, error, http)
  c.header("Cache-Control", "no-store")
  c.header("Referrer-Policy", "no-referrer")
  if (refused.retryAfter !== undefined) c.header("Retry-After", String(refused.retryAfter))
  const target = refused instanceof AuthorizationError ? refused.target : undefined
  const location = target && errorRedirect(target, refused, http.deps.settings.issuer)
  if (location !== undefined && target?.unattended) {
    return c.redirect(location, c.req.method === "POST" ? 303 : 302)
  }
  const status = refused.status === 401 ? 400 : refused.status
  if (!/\btext\/html\b/.test(c.req.header("accept") ?? "")) {
    return c.json(buildErrorResponse(refused), status as 400)
  }
  return sendPage(c, errorPage({ error: refused, server: http.server, location }), status)
}

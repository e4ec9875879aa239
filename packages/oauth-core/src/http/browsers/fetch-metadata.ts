import type { Context } from "hono"
import { OAuthError } from "../../ports/errors.ts"

/**
 * Whether the person navigated here themselves, by typing the address or from this site (Fetch
 * Metadata). Only then may anything be done without asking.
 */
export const isOwnNavigation = (c: Context): boolean => {
  const site = c.req.header("sec-fetch-site")
  return site === "none" || site === "same-origin"
}

/**
 * Refuses a form that another site posted. Because our pages send no referrer, browsers send `Origin:
 * null`, which proves nothing by itself.
 *
 * @throws {OAuthError} `invalid_request`
 */
export function demandOwnForm(c: Context, issuer: string): void {
  const origin = c.req.header("origin")
  const site = c.req.header("sec-fetch-site")
  const ownOrigin = origin === new URL(issuer).origin
  const ownSite = site === "same-origin"
  const own = site === undefined ? ownOrigin : ownSite && (ownOrigin || origin === "null")
  if (own) return
  throw new OAuthError(
    "invalid_request",
    "cross_origin_form",
    "The form was not sent from this server's own page.",
    { status: 403 },
  )
}

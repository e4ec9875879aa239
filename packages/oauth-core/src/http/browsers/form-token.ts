import type { Context } from "hono"
import { OAuthError } from "../../ports/errors.ts"
import type { HttpContext } from "../context.ts"

/** Ties a form to the browser that it is shown in. Nothing is stored. */
export const formToken = async (
  c: Context,
  form: string,
  { deps, cookies }: HttpContext,
): Promise<string> => deps.binding.of(`${form} ${await cookies.browser(c)}`)

/**
 * Refuses a form that was not shown in this browser.
 *
 * @throws {OAuthError} `invalid_request`
 */
export async function demandFormToken(
  c: Context,
  form: string,
  token: string | undefined,
  { deps, cookies }: HttpContext,
): Promise<void> {
  for (const browser of await cookies.knownBrowsers(c)) {
    if (await deps.binding.matches(`${form} ${browser}`, token)) return
  }
  throw outdatedForm()
}

/** The error for a form that no longer counts. */
export const outdatedForm = (): OAuthError =>
  new OAuthError(
    "invalid_request",
    "consent_form_invalid",
    "This page was open for too long, or cookies are not allowed for this site. Open the page again.",
  )

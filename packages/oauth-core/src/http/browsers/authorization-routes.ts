import type { Context, Hono } from "hono"
import { answerConsent } from "../../flow/authorize/answer-consent.ts"
import { answerDevice } from "../../flow/authorize/answer-device.ts"
import { completeCallback } from "../../flow/authorize/complete-callback.ts"
import type { UpstreamRedirect } from "../../flow/authorize/redirect-upstream.ts"
import { startAuthorization } from "../../flow/authorize/start.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { Identity } from "../../ports/identity-provider.ts"
import { successRedirect } from "../../protocol/authorization-response.ts"
import { endpointPaths } from "../../protocol/server-metadata.ts"
import type { HttpContext } from "../context.ts"
import { consentMaxBytes, readForm } from "../request-body.ts"
import { readConsentForm, showConsent } from "./consent-form.ts"
import { showDeviceDone } from "./device-routes.ts"
import { demandOwnForm, isOwnNavigation } from "./fetch-metadata.ts"

/** The longest query that is accepted, in characters. No valid authorization request needs more. */
const queryMaxLength = 16 * 1024

/** The endpoints that a person's browser visits: authorize, consent, callback. */
export function addAuthorizationRoutes(app: Hono, http: HttpContext): void {
  const { deps, cookies } = http

  const authorize = async (c: Context, parameters: URLSearchParams) => {
    const rememberedUserId = isOwnNavigation(c) ? await cookies.remembered(c) : undefined
    const outcome = await startAuthorization({ parameters, rememberedUserId }, deps)
    return outcome.type === "ask_consent"
      ? showConsent(c, outcome, http)
      : sendUpstream(c, outcome, http)
  }
  app.get(endpointPaths.authorize, (c) => authorize(c, readQuery(c)))
  app.post(endpointPaths.authorize, async (c) => authorize(c, await readForm(c)))

  app.post(endpointPaths.consent, async (c) => {
    const form = await readForm(c, consentMaxBytes)
    demandOwnForm(c, deps.settings.issuer)
    const { asked, ...answer } = await readConsentForm(c, form, http)
    if (asked.type === "authorization") {
      const { request } = asked
      return sendUpstream(c, await answerConsent({ ...answer, request }, deps), http)
    }
    const { deviceCode } = asked
    const { approved } = answer
    const upstream = await answerDevice({ deviceCode, approved }, deps)
    return upstream ? sendUpstream(c, upstream, http) : showDeviceDone(c, "denied", http)
  })

  app.get(endpointPaths.callback, (c) => callback(c, http))
}

async function callback(c: Context, http: HttpContext): Promise<Response> {
  const { deps, cookies } = http
  const { issuer } = deps.settings
  const parameters = readQuery(c)
  const state = parameters.get("state") ?? ""
  const binding = await cookies.transaction(c, state)
  const outcome = await completeCallback({ parameters, binding }, deps)
  await cookies.endTransaction(c, state)
  switch (outcome.type) {
    case "ask_consent":
      return showConsent(c, outcome, http)
    case "device_approved":
      return showDeviceDone(c, "approved", http)
    case "grants_page":
      await cookies.setSession(c, { userId: outcome.userId, person: nameOf(outcome.identity) })
      return redirect(c, `${issuer}${endpointPaths.grants}`)
    case "redirect_to_client":
      if (outcome.remember !== undefined) await cookies.setRemembered(c, outcome.remember)
      return redirect(c, successRedirect(outcome.request, outcome.code, issuer))
  }
}

/** What to call a person on a page. */
function nameOf({ name, username, email, subject }: Identity): string {
  const account = username ?? email
  if (name === undefined) return account ?? subject
  return account === undefined ? name : `${name} (${account})`
}

/** Sends the browser upstream and sets the cookie that ties the transaction to it. */
export async function sendUpstream(
  c: Context,
  { url, state }: UpstreamRedirect,
  { cookies }: HttpContext,
): Promise<Response> {
  await cookies.setTransaction(c, state)
  return redirect(c, url.href)
}

/** Uses 303 after a POST, so that the browser does not post the form again (OAuth 2.1 §7.5). */
function redirect(c: Context, location: string): Response {
  c.header("Cache-Control", "no-store")
  c.header("Referrer-Policy", "no-referrer")
  return c.redirect(location, c.req.method === "POST" ? 303 : 302)
}

function readQuery(c: Context): URLSearchParams {
  const { search } = new URL(c.req.url)
  if (search.length <= queryMaxLength) return new URLSearchParams(search)
  throw new OAuthError("invalid_request", "request_too_large", "The request is too long.", {
    status: 414,
  })
}

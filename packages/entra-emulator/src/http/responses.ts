import type { Context } from "hono"
import { EntraError, errorBody, type RequestTrace, requestTrace } from "../aadsts/entra-error.ts"
import { graphClientId } from "../directory/well-known-ids.ts"
import { GraphError } from "../graph/caller.ts"
import { errorRedirection, RedirectedError, type Redirection } from "../sign-in/redirection.ts"
import type { Emulation } from "../state/emulation.ts"
import { errorPage } from "./pages/error-page.ts"
import { formPostPage, formPostScript } from "./pages/form-post-page.ts"
import type { Html } from "./pages/layout.ts"

/** The ids and the time of this request. `client-request-id` can be a header or a query parameter. */
export function traceOf(emulation: Emulation, c: Context): RequestTrace {
  const id = c.req.header("client-request-id") ?? c.req.query("client-request-id")
  return requestTrace(emulation.now(), id)
}

/** @param script the content security policy's source expression for the page's only script. */
export function sendPage(c: Context, content: Html, status = 200, script = "'none'") {
  noStore(c)
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'unsafe-inline'; script-src ${script}; frame-ancestors 'none'; base-uri 'none'`,
  )
  c.header("x-frame-options", "DENY")
  c.header("x-content-type-options", "nosniff")
  c.header("referrer-policy", "no-referrer")
  return c.html(content, status as 200)
}

export function sendRedirection(c: Context, redirection: Redirection) {
  const { redirectUri, responseMode, parameters } = redirection
  if (responseMode === "form_post") {
    return sendPage(c, formPostPage(redirectUri, parameters), 200, formPostScript)
  }
  noStore(c)
  const join = responseMode === "fragment" ? "#" : redirectUri.includes("?") ? "&" : "?"
  return c.redirect(`${redirectUri}${join}${parameters}`, c.req.method === "POST" ? 303 : 302)
}

export function noStore(c: Context): void {
  c.header("cache-control", "no-store, no-cache")
  c.header("pragma", "no-cache")
}

function sendRefusal(emulation: Emulation, c: Context, refusal: EntraError) {
  noStore(c)
  const trace = traceOf(emulation, c)
  c.header("x-ms-request-id", trace.traceId)
  if (refusal.retryAfter !== undefined) c.header("retry-after", String(refusal.retryAfter))
  return c.json(errorBody(refusal, trace, emulation.urls.base), refusal.status as 400)
}

/** Answers with an error: a redirect, a page or JSON, depending on the error and the endpoint. */
export function answerError(emulation: Emulation, c: Context, error: Error) {
  if (error instanceof RedirectedError) {
    const { refusal, target } = error
    const trace = traceOf(emulation, c)
    return sendRedirection(c, errorRedirection(refusal, target, trace, emulation.urls.base))
  }
  if (error instanceof GraphError) return sendGraphError(emulation, c, error)
  if (error instanceof EntraError) {
    if (c.get("answersWithPages") !== true) return sendRefusal(emulation, c, error)
    const content = errorPage({ refusal: error, trace: traceOf(emulation, c) })
    return sendPage(c, content, error.status === 401 ? 400 : error.status)
  }
  throw error
}

function sendGraphError(emulation: Emulation, c: Context, error: GraphError) {
  const trace = traceOf(emulation, c)
  if (error.status === 401) {
    const authorize = `${emulation.urls.base}/common/oauth2/authorize`
    const challenge = `Bearer realm="", authorization_uri="${authorize}", client_id="${graphClientId}"`
    c.header(
      "www-authenticate",
      error.claims === undefined
        ? challenge
        : `${challenge}, error="insufficient_claims", claims="${btoa(error.claims)}"`,
    )
  }
  const innerError = {
    date: trace.timestamp.replace(" ", "T").replace("Z", ""),
    "request-id": trace.traceId,
    "client-request-id": trace.correlationId,
  }
  const { code, message } = error
  return c.json({ error: { code, message, innerError } }, error.status as 400)
}

import { TokenError } from "@doorward/jwt-verifier"
import type { Context } from "hono"
import { AuthorizationError, OAuthError } from "../ports/errors.ts"
import { IdentityProviderError } from "../ports/identity-provider.ts"
import { errorRedirect } from "../protocol/authorization-response.ts"
import { buildErrorResponse } from "../protocol/error-response.ts"
import { StoreUnavailableError } from "../ports/store.ts"
import { UnreadableValueError } from "../tokens/seal.ts"
import type { HttpContext } from "./context.ts"
import { errorPage } from "./pages/error-page.ts"
import { sendPage } from "./pages/page.ts"

/**
 * Answers with an error as OAuth JSON (RFC 6749 §5.2), and tells the events why.
 *
 * @param error anything that was thrown; what is no {@link OAuthError} is a fault and says nothing.
 */
export function refuseWithJson(c: Context, error: unknown, http: HttpContext): Response {
  const refused = report(c, error, http)
  c.header("Cache-Control", "no-store")
  if (refused.retryAfter !== undefined) c.header("Retry-After", String(refused.retryAfter))
  if (refused.status === 401) c.header("WWW-Authenticate", challengeOf(c, refused, http))
  return c.json(buildErrorResponse(refused), refused.status as 400)
}

/** How to authenticate (RFC 9110 §11.6.1): a bearer token for registrations, else the client's secret. */
const challengeOf = (c: Context, error: OAuthError, { deps }: HttpContext): string => {
  const realm = `realm="${deps.settings.issuer}"`
  if (error.code !== "invalid_token") return `Basic ${realm}`
  // Who sent no token made no mistake with one (RFC 6750 §3.1).
  const sent = c.req.header("authorization") !== undefined
  return sent ? `Bearer ${realm}, error="invalid_token"` : `Bearer ${realm}`
}

/**
 * Answers a browser with an error: back at the client where that is safe, else as a page, or as JSON
 * for what is no browser.
 */
export async function refuseInBrowser(
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

const clientVariable = "doorward.clientId"

/** Says which client a request is of, for the events. */
export const nameClient = (c: Context, clientId: string): void => c.set(clientVariable, clientId)

/** Turns whatever was thrown into what may be said of it. */
function report(c: Context, error: unknown, { deps }: HttpContext): OAuthError {
  const refused = asRefusal(error)
  const { cause } = refused
  const named: string | undefined = c.get(clientVariable)
  const clientId = refused instanceof AuthorizationError ? refused.target.clientId : named
  deps.emit({
    type: "request.refused",
    endpoint: c.req.path,
    reason: refused.reason,
    ...(cause instanceof IdentityProviderError ? { detail: cause.reason } : {}),
    ...(clientId === undefined ? {} : { clientId }),
    ...(cause === undefined ? {} : { error: cause }),
  })
  return refused
}

function asRefusal(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  const temporary = { cause: error, retryAfter: 5 }
  if (error instanceof StoreUnavailableError) {
    return new OAuthError(
      "temporarily_unavailable",
      "store_unavailable",
      "The server cannot reach its storage right now. Try again in a moment.",
      temporary,
    )
  }
  if (error instanceof UnreadableValueError) {
    return new OAuthError(
      "temporarily_unavailable",
      "record_unreadable",
      "The server cannot read what it has stored. Its operator must look at the configured secret.",
      temporary,
    )
  }
  if (error instanceof TokenError) {
    return new OAuthError("temporarily_unavailable", "store_unavailable", error.message, temporary)
  }
  return new OAuthError("server_error", "internal_error", "The server failed. Try again later.", {
    cause: error,
  })
}

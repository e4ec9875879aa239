import type { Context } from "hono"
import type { OAuthError } from "../../ports/errors.ts"
import { buildErrorResponse } from "../../protocol/error-response.ts"
import type { HttpContext } from "../context.ts"
import { report } from "../refusal.ts"

/** Answers with an error as OAuth JSON (RFC 6749 §5.2). */
export function refuseProgram(c: Context, error: unknown, http: HttpContext): Response {
  const refused = report(c, error, http)
  c.header("Cache-Control", "no-store")
  if (refused.retryAfter !== undefined) c.header("Retry-After", String(refused.retryAfter))
  if (refused.status === 401) c.header("WWW-Authenticate", challengeOf(c, refused, http))
  return c.json(buildErrorResponse(refused), refused.status as 400)
}

/**
 * How to authenticate (RFC 9110 §11.6.1): with a bearer token for registrations, otherwise as a client.
 */
function challengeOf(c: Context, error: OAuthError, { deps }: HttpContext): string {
  const realm = `realm="${deps.settings.issuer}"`
  if (error.code !== "invalid_token") return `Basic ${realm}`
  // A request without a token is not an error (RFC 6750 §3.1).
  const sent = c.req.header("authorization") !== undefined
  return sent ? `Bearer ${realm}, error="invalid_token"` : `Bearer ${realm}`
}

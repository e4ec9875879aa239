import { findRedirectUri } from "../directory/redirect-uri.ts"
import { decode } from "../keys/jwt.ts"
import type { Emulation } from "../state/emulation.ts"

/**
 * Ends the browser's session (OIDC RP-Initiated Logout).
 *
 * @param cookie the session's cookie.
 * @returns where to redirect, if the URI is registered by the client or, without a hint, by any client.
 */
export function signOut(
  emulation: Emulation,
  cookie: string | undefined,
  parameters: URLSearchParams,
): string | undefined {
  if (cookie !== undefined) emulation.sessions.delete(cookie)
  const target = parameters.get("post_logout_redirect_uri")
  if (!target) return undefined
  const hint = decode(parameters.get("id_token_hint")?.split(".")[1] ?? "")
  const clientId = hint?.aud ?? parameters.get("client_id") ?? undefined
  const registered = emulation.directory.apps.some(
    (app) => (clientId === undefined || app.clientId === clientId) && findRedirectUri(app, target),
  )
  if (!registered) return undefined
  const url = new URL(target)
  const state = parameters.get("state")
  if (state !== null) url.searchParams.set("state", state)
  return url.href
}

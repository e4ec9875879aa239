import { EntraError } from "../aadsts/entra-error.ts"
import type { AppRegistration, RedirectUri } from "./app-registration.ts"

/**
 * The registered redirect URI that equals the given one. The port of `http://localhost` is ignored.
 */
export function findRedirectUri(app: AppRegistration, given: string): RedirectUri | undefined {
  if (given.length > 256) return undefined
  return app.redirectUris.find(({ uri }) => withoutLocalPort(uri) === withoutLocalPort(given))
}

/** The registered redirect URI. @throws {EntraError} 50011 if it is not registered, 900971 without one. */
export function matchRedirectUri(app: AppRegistration, given: string | undefined): RedirectUri {
  if (given === undefined) throw new EntraError(900971)
  const registered = findRedirectUri(app, given)
  if (!registered) throw new EntraError(50011, { redirectUri: given, app: app.clientId })
  return registered
}

function withoutLocalPort(uri: string): string {
  return uri.replace(/^(https?:\/\/localhost):\d{1,5}(?=[/?#]|$)/, "$1")
}

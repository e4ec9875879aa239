import { OAuthError } from "../ports/errors.ts"
import type { Deps } from "./deps.ts"

/**
 * Holds a redirect URI, as it is registered, against the operator's patterns.
 *
 * @throws {OAuthError} `invalid_redirect_uri` if there are patterns and it matches none.
 */
export function checkRedirectUriPatterns(uri: string, { settings }: Pick<Deps, "settings">): void {
  const patterns = settings.redirectUriPatterns
  if (!patterns || patterns.some((pattern) => pattern.test(uri))) return
  throw new OAuthError(
    "invalid_redirect_uri",
    "redirect_uri_invalid",
    "This server does not accept that redirect URI. Ask its operator to allow it.",
  )
}

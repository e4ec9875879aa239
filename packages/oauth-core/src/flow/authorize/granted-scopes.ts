import { OAuthError } from "../../ports/errors.ts"
import type { SignIn } from "../../ports/identity-provider.ts"
import type { Deps } from "../deps.ts"
import { upstreamScopes } from "./redirect-upstream.ts"

/**
 * The requested scopes that are this server's own or that the provider granted.
 *
 * @throws {OAuthError} `invalid_scope` if there were some, and none were granted.
 */
export function grantedScopes(
  requested: readonly string[],
  signIn: SignIn,
  deps: Deps,
): readonly string[] {
  const upstream = upstreamScopes(requested, deps)
  const granted = requested.filter(
    (scope) => !upstream.includes(scope) || signIn.scopes.includes(scope),
  )
  if (granted.length > 0 || requested.length === 0) return granted
  throw new OAuthError(
    "invalid_scope",
    "upstream_denied",
    `${deps.provider.name} did not grant any of the requested scopes.`,
  )
}

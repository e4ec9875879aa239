import type { SignInHints } from "@doorward/oauth-core"

/**
 * The parameters of the authorization request that say how to sign in: the client's hints, over the
 * operator's own. Entra ID takes no `login_hint` together with `select_account`.
 */
export function authorizationParameters(
  hints: SignInHints,
  fixed: Readonly<Record<string, string>>,
): Record<string, string> {
  const parameters: Record<string, string> = { ...fixed }
  const hinted = {
    prompt: hints.prompt,
    login_hint: hints.loginHint,
    domain_hint: hints.domainHint,
    ui_locales: hints.uiLocales,
    claims: hints.claims,
  }
  for (const [name, value] of Object.entries(hinted)) {
    if (value !== undefined) parameters[name] = value
  }
  if (parameters.prompt === "select_account") delete parameters.login_hint
  return parameters
}

import type { SignInHints } from "@doorward/oauth-core"

/**
 * The parameters of the authorization request that say how to sign in (OIDC Core §3.1.2.1): the
 * client's hints, over the operator's own. Prompts add up, since an operator's `consent` is what makes
 * many providers issue a refresh token.
 */
export function hintParameters(
  hints: SignInHints,
  fixed: Readonly<Record<string, string>>,
): Record<string, string> {
  const parameters: Record<string, string> = { ...fixed }
  const hinted = {
    prompt: promptOf(hints.prompt, fixed.prompt),
    login_hint: hints.loginHint,
    domain_hint: hints.domainHint,
    ui_locales: hints.uiLocales,
    claims: hints.claims,
  }
  for (const [name, value] of Object.entries(hinted)) {
    if (value !== undefined) parameters[name] = value
  }
  return parameters
}

function promptOf(hinted: string | undefined, fixed: string | undefined): string | undefined {
  if (hinted === undefined || hinted === "none" || fixed === undefined) return hinted ?? fixed
  return [...new Set([...fixed.split(" "), hinted])].join(" ")
}

import type { SignInHints } from "@doorward/oauth-core"

/** Where providers differ in how they take sign-in hints. */
export interface SignInHintRules {
  /** The `prompt` to send if both the client and the operator set one. Default: the client's. */
  mergePrompts?(hinted: string, fixed: string): string
  /** Whether the provider refuses a `login_hint` beside this `prompt`. Default: it refuses none. */
  refusesLoginHint?(prompt: string | undefined): boolean
}

/**
 * The parameters of the authorization request that say how to sign in (OIDC Core §3.1.2.1): the
 * operator's own, replaced by the client's hints.
 *
 * @param fixed the parameters that the operator adds to each request.
 */
export function signInParameters(
  hints: SignInHints,
  fixed: Readonly<Record<string, string>>,
  { mergePrompts = (hinted) => hinted, refusesLoginHint = () => false }: SignInHintRules = {},
): Record<string, string> {
  const { prompt } = hints
  const hinted = {
    prompt: prompt && fixed.prompt ? mergePrompts(prompt, fixed.prompt) : prompt,
    login_hint: hints.loginHint,
    domain_hint: hints.domainHint,
    ui_locales: hints.uiLocales,
    claims: hints.claims,
  }
  const parameters: Record<string, string> = { ...fixed }
  for (const [name, value] of Object.entries(hinted)) {
    if (value !== undefined) parameters[name] = value
  }
  if (refusesLoginHint(parameters.prompt)) delete parameters.login_hint
  return parameters
}

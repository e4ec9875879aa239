import type { SignInHintRules } from "@doorward/upstream-client"

/**
 * Prompts are combined, because an operator's `consent` is what makes many providers issue a refresh
 * token. `none` must stand alone (OIDC Core §3.1.2.1).
 */
export const signInHintRules: SignInHintRules = {
  mergePrompts: (hinted, fixed) =>
    hinted === "none" ? hinted : [...new Set([...fixed.split(" "), hinted])].join(" "),
}

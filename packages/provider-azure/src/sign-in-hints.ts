import type { SignInHintRules } from "@doorward/upstream-client"

/** Entra ID refuses a `login_hint` together with `select_account`. */
export const signInHintRules: SignInHintRules = {
  refusesLoginHint: (prompt) => prompt === "select_account",
}

import { z } from "zod"

/** What the MCP client may say about how the person should sign in (OIDC Core §3.1.2.1). */
export const signInHintsSchema = z.object({
  prompt: z.enum(["none", "login", "select_account"]).optional(),
  loginHint: z.string().optional(),
  domainHint: z.string().optional(),
  uiLocales: z.string().optional(),
  /** A claims request (OIDC Core §5.5) as JSON text. */
  claims: z.string().optional(),
})
export type SignInHints = z.infer<typeof signInHintsSchema>

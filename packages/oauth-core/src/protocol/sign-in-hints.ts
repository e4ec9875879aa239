import { z } from "zod"
import type { SignInHints } from "../ports/identity-provider.ts"

/** The schema of {@link SignInHints}, which are stored with a request. */
export const signInHintsSchema = z.object({
  prompt: z.enum(["none", "login", "select_account"]).exactOptional(),
  loginHint: z.string().exactOptional(),
  domainHint: z.string().exactOptional(),
  uiLocales: z.string().exactOptional(),
  claims: z.string().exactOptional(),
}) satisfies z.ZodType<SignInHints>

import { z } from "zod"
import { authorizationRequestSchema } from "../protocol/authorization-request.ts"
import type { RecordKind } from "./record-store.ts"

/**
 * A sign-in that went upstream with a person's approval. Handle: the upstream `state`.
 *
 * Lives 10 minutes and is taken by the callback; its cookie is derived from the state.
 */
const transactionSchema = z.object({
  nonce: z.string(),
  codeVerifier: z.string(),
  purpose: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("authorization"),
      request: authorizationRequestSchema,
      /** Set when consent was remembered instead of asked: whose consent it was. */
      rememberedUserId: z.string().optional(),
      /** Whether the person asked that this consent be remembered. */
      remember: z.boolean(),
    }),
    z.object({ type: z.literal("grants_page") }),
  ]),
})
export type Transaction = z.infer<typeof transactionSchema>

export const transactions: RecordKind<Transaction> = {
  name: "transaction",
  schema: transactionSchema,
}
export const transactionLifetime = 10 * 60 * 1000

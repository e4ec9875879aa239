import { z } from "zod"
import { authorizationRequestSchema } from "../protocol/authorization-request.ts"
import { deviceRequestSchema } from "./device.ts"
import type { RecordKind } from "./record-store.ts"

/**
 * A sign-in that a person approved and that is now under way upstream. Handle: the upstream `state`.
 *
 * It lives for 10 minutes, and the callback takes it. Its cookie is derived from the state.
 */
const transactionSchema = z.object({
  nonce: z.string(),
  codeVerifier: z.string(),
  purpose: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("authorization"),
      request: authorizationRequestSchema,
      /** If a remembered consent was used: whose it was. */
      rememberedUserId: z.string().optional(),
      /** Whether the person asked for this consent to be remembered. */
      remember: z.boolean(),
    }),
    z.object({
      type: z.literal("device"),
      deviceCode: z.string(),
      request: deviceRequestSchema,
      /** The claims request (as JSON text) that was stored for this client. */
      claims: z.string().optional(),
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

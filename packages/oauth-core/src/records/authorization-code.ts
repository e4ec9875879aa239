import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** An authorization code. Handle: the code. Redeeming marks it instead of deleting it. */
const authorizationCodeSchema = z.object({
  grantId: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  codeChallenge: z.string(),
  /** The key that the client announced in its request (RFC 9449 §10). */
  jkt: z.string().optional(),
  redeemed: z.boolean(),
})
export type AuthorizationCode = z.infer<typeof authorizationCodeSchema>

export const authorizationCodes: RecordKind<AuthorizationCode> = {
  name: "code",
  schema: authorizationCodeSchema,
}
export const authorizationCodeLifetime = 60 * 1000
/** How long a redeemed code is remembered, so that a replay can end its grant. */
export const redeemedCodeLifetime = 10 * 60 * 1000

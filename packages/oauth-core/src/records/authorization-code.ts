import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** An authorization code. Handle: the code. Redeeming marks it; it is never deleted early. */
const authorizationCodeSchema = z.object({
  grantId: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  codeChallenge: z.string(),
  redeemed: z.boolean(),
})
export type AuthorizationCode = z.infer<typeof authorizationCodeSchema>

export const authorizationCodes: RecordKind<AuthorizationCode> = {
  name: "code",
  schema: authorizationCodeSchema,
}
export const authorizationCodeLifetime = 60 * 1000
/** How long a redeemed code is remembered, so that its replay ends what it gave. */
export const redeemedCodeLifetime = 10 * 60 * 1000

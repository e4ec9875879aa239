import { z } from "zod"
import type { RecordKind } from "../records/record-store.ts"

const privateJwkSchema = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
})

/** The keys that sign access tokens. They are one record, which every instance shares. */
const signingKeySetSchema = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      jwk: privateJwkSchema,
      signsFrom: z.number(),
      /** When its last token has expired and it is no longer published. */
      publishedUntil: z.number(),
    }),
  ),
})
export type SigningKeySet = z.infer<typeof signingKeySetSchema>

export const signingKeySets: RecordKind<SigningKeySet> = {
  name: "keys",
  schema: signingKeySetSchema,
}
export const signingKeySetHandle = "signing"
/** The end of the year 9999: the record has no expiry. */
export const never = Date.UTC(9999, 11, 31)

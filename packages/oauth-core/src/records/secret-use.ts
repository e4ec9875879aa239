import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** When each live secret of a configured client was last used. Handle: the `client_id`. */
const secretUsesSchema = z.array(
  z.object({ digest: z.string(), /** Milliseconds since the epoch. */ at: z.number() }),
)
export type SecretUse = z.infer<typeof secretUsesSchema>[number]

export const secretUses: RecordKind<SecretUse[]> = { name: "use", schema: secretUsesSchema }

/** How long a last use is remembered, in milliseconds. */
export const secretUseLifetime = 400 * 24 * 60 * 60 * 1000

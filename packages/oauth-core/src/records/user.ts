import { z } from "zod"
import type { Identity } from "../ports/identity-provider.ts"
import { digestOf } from "../tokens/digest.ts"
import type { RecordKind } from "./record-store.ts"

/** A person's grants and remembered consents. Handle: their user id. */
const userSchema = z.object({
  /**
   * Oldest first. It may list grants that have ended: it is written before a grant is, and trimmed
   * later.
   */
  grants: z.array(z.object({ id: z.string(), clientId: z.string(), createdAt: z.number() })),
  consents: z.array(z.object({ digest: z.string(), clientId: z.string(), until: z.number() })),
})
export type User = z.infer<typeof userSchema>

export const users: RecordKind<User> = { name: "user", schema: userSchema }

/** The `sub` of our tokens. It always identifies the same person, but reveals nothing about them. */
export const userIdOf = (identity: Pick<Identity, "issuer" | "subject">): Promise<string> =>
  digestOf(JSON.stringify([identity.issuer, identity.subject]))

import { z } from "zod"
import type { RecordKind } from "./record-store.ts"
import { identitySchema, upstreamTokenSchema, upstreamTokensSchema } from "./sign-in.ts"

/** One sign-in of one person through one client. Handle: its id, the `gid` of its access tokens. */
const grantSchema = z.object({
  userId: z.string(),
  clientId: z.string(),
  clientName: z.string().optional(),
  identity: identitySchema,
  scopes: z.array(z.string()),
  resource: z.string(),
  createdAt: z.number(),
  /** Whether its code has been redeemed. Until then it lives only as long as the code. */
  active: z.boolean(),
  refresh: z.object({
    /** The number of the current refresh token. The previous one is valid for a grace period only. */
    counter: z.number(),
    key: z.string(),
    rotatedAt: z.number(),
  }),
  upstream: z.object({
    tokens: upstreamTokensSchema,
    /** Tokens for other resources, by the scopes that were requested. */
    others: z.record(z.string(), upstreamTokenSchema),
    scopes: z.array(z.string()),
    refreshedAt: z.number(),
    /** Who is calling upstream now. Nobody else may until the deadline. */
    lease: z.object({ owner: z.string(), until: z.number() }).optional(),
    /** A claims challenge (JSON text) that only a new sign-in can answer. */
    challenge: z.string().optional(),
  }),
})
export type Grant = z.infer<typeof grantSchema>

export const grants: RecordKind<Grant> = { name: "grant", schema: grantSchema }

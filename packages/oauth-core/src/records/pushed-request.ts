import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** A pushed authorization request (RFC 9126). Handle: its request URI. Using it takes the record. */
const pushedRequestSchema = z.object({ clientId: z.string(), parameters: z.string() })
export type PushedRequest = z.infer<typeof pushedRequestSchema>

export const pushedRequests: RecordKind<PushedRequest> = {
  name: "par",
  schema: pushedRequestSchema,
}
export const pushedRequestLifetime = 90 * 1000

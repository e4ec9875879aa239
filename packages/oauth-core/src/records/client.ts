import { z } from "zod"
import { clientMetadataSchema } from "../protocol/client-metadata.ts"
import type { RecordKind } from "./record-store.ts"

/** A dynamically registered client (RFC 7591). Handle: its `client_id`. */
const registeredClientSchema = z.object({
  /** Absent only in a record that was made before it was kept, until the client's next use. */
  clientId: z.string().optional(),
  metadata: clientMetadataSchema,
  issuedAt: z.number(),
  /** The day of its last sign-in or refresh, in days since the epoch. Its lifetime counts from then. */
  lastUsedDay: z.number().optional(),
  secretDigest: z.string().optional(),
  registrationTokenDigest: z.string(),
})
export type RegisteredClient = z.infer<typeof registeredClientSchema>

export const registeredClients: RecordKind<RegisteredClient> = {
  name: "client",
  schema: registeredClientSchema,
}

const day = 24 * 60 * 60 * 1000
const unusedLifetime = 7 * day
const usedLifetime = 400 * day

/** The day of a time in milliseconds, in days since the epoch. */
export const dayOf = (time: number): number => Math.floor(time / day)

/** The time at which a day begins, in milliseconds since the epoch. */
export const startOfDay = (number: number): number => number * day

/**
 * When a client's record expires: after 7 days if it was never used, otherwise 400 days after its last
 * use, and never before its grants.
 *
 * @param grantIdle how long an unused grant lives, in milliseconds.
 */
export function clientExpiry(client: RegisteredClient, grantIdle: number): number {
  return client.lastUsedDay === undefined
    ? client.issuedAt + unusedLifetime
    : (client.lastUsedDay + 1) * day + Math.max(usedLifetime, grantIdle)
}

import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/**
 * A claims request (as JSON text) to send upstream with the next sign-in through a client, because few
 * MCP clients can pass one on themselves. Handle: the client's id. That sign-in takes the record.
 */
export const claimsChallenges: RecordKind<string> = { name: "claims", schema: z.string() }
export const claimsChallengeLifetime = 10 * 60 * 1000

import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/**
 * A claims request (JSON text) that the next sign-in through a client must carry upstream. Handle: the
 * client's id. Taken by that sign-in.
 *
 * Few MCP clients can pass a claims request on themselves.
 */
export const claimsChallenges: RecordKind<string> = { name: "claims", schema: z.string() }
export const claimsChallengeLifetime = 10 * 60 * 1000

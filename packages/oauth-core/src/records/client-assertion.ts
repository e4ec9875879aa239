import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/**
 * A client assertion that has been used (RFC 7523 §3). Handle: client id and `jti`. Kept until its
 * `exp`.
 */
export const seenAssertions: RecordKind<true> = { name: "jti", schema: z.literal(true) }

import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** A DPoP proof that has been used (RFC 9449 §11.1). Handle: the key's thumbprint and the `jti`. */
export const seenDpopProofs: RecordKind<true> = { name: "dpop", schema: z.literal(true) }

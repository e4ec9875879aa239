import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** A valid copy of a document. Handle: its kind and URL. */
const documentCopySchema = z.object({
  document: z.unknown(),
  fetchedAt: z.number(),
  freshUntil: z.number(),
})
export const documentCopies: RecordKind<z.infer<typeof documentCopySchema>> = {
  name: "document",
  schema: documentCopySchema,
}

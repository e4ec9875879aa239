import { z } from "zod"

/** A GUID, in lower case. */
export const guid = z
  .guid({ error: ({ code }) => (code === "invalid_format" ? "must be a GUID" : undefined) })
  .toLowerCase()

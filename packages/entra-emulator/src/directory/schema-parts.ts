import { z } from "zod"

/** A schema for each member of an options interface: neither can have a name that the other lacks. */
export type SchemasOf<Options> = { [Name in keyof Options]-?: z.ZodType<unknown, Options[Name]> }

/** A GUID, in lower case. */
export const guid = z
  .guid({ error: ({ code }) => (code === "invalid_format" ? "must be a GUID" : undefined) })
  .toLowerCase()

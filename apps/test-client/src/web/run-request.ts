import { z } from "zod"
import type { RunRequest } from "./runs.ts"

const incomplete = "The form is not complete."

const text = z
  .string({ error: incomplete })
  .max(2000, "A field of the form is too long.")
  .transform((value) => value.trim() || undefined)
  .optional()

const form = z.object(
  {
    url: z.url({ protocol: /^https?$/, error: "The address of an MCP server is missing." }),
    era: z.enum(["legacy", "modern"], { error: incomplete }).optional(),
    tool: text,
    scope: text,
    clientId: text,
    clientSecret: text,
    clientMetadataUrl: text.pipe(
      z
        .url({ protocol: /^https?$/, error: "The client metadata URL is not a web address." })
        .optional(),
    ),
  },
  { error: incomplete },
)

/** Reads what the page's form sent. @returns the text of what is wrong with it, if something is. */
export function readRunRequest(json: unknown): RunRequest | string {
  const parsed = form.safeParse(json)
  if (!parsed.success) return parsed.error.issues[0]?.message ?? incomplete
  return parsed.data
}

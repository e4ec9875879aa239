import { z } from "zod"
import type { RunRequest } from "./runs.ts"

const text = z
  .string()
  .max(2000)
  .transform((value) => value.trim() || undefined)
  .optional()

const form = z.object({
  url: z.url({ protocol: /^https?$/, error: "The address of an MCP server is missing." }),
  era: z.enum(["legacy", "modern"]).optional(),
  tool: text,
  scope: text,
  clientId: text,
  clientSecret: text,
  clientMetadataUrl: text,
})

/** Reads what the page's form sent. @returns the text of what is wrong with it, if something is. */
export function readRunRequest(json: unknown): RunRequest | string {
  const parsed = form.safeParse(json)
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "The form is not complete."
  const { url, ...rest } = parsed.data
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined)
  return { url, ...Object.fromEntries(entries) }
}

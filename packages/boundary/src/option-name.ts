import type { z } from "zod"

/** What the reader of an error calls an option: its own name for an author, a variable for an operator. */
export type OptionName = (option: string) => string

/** A text that names options other than the one it is about. */
export type OptionText = string | ((name: OptionName) => string)

/**
 * Reports a mistake from a refinement, about one option.
 *
 * @param path where the option is, from where the refinement stands.
 * @param message read after the option's name. Make it a function to name other options in the words of
 * whoever reads it.
 */
export function addProblem(
  context: z.core.$RefinementCtx,
  path: readonly (string | number)[],
  message: OptionText,
): void {
  context.addIssue({ code: "custom", path: [...path], params: { message } })
}

/**
 * Lets a refinement run although other options are wrong, so that every mistake is told at once:
 * `schema.superRefine(check, despiteOtherProblems)`. What the refinement reads may then be missing or
 * of a wrong kind. A `z.custom` that fails prevents it, unless it was made with `abort: false`.
 */
export const despiteOtherProblems = {
  when: ({ value }: z.core.ParsePayload): boolean => typeof value === "object" && value !== null,
}

import type { z } from "zod"

/**
 * Translates an option's path into the name that the reader of an error knows: the option itself for a
 * developer, an environment variable for an operator.
 */
export type OptionName = (option: string) => string

/** A message, or a function that makes it if it mentions other options by name. */
export type OptionText = string | ((name: OptionName) => string)

/** The text as its reader gets it, with the names that they know. */
export const readableText = (text: OptionText, name: OptionName): string =>
  typeof text === "string" ? text : text(name)

/**
 * Reports a mistake in one option from a refinement.
 *
 * @param path the option's path, relative to the refined schema.
 * @param message worded to follow the option's name. Pass a function to mention other options by the
 * names that the reader knows.
 */
export function addProblem(
  context: z.core.$RefinementCtx,
  path: readonly (string | number)[],
  message: OptionText,
): void {
  context.addIssue({ code: "custom", path: [...path], params: { message } })
}

/**
 * Runs a refinement even if other options are wrong, so that all mistakes are reported together:
 * `schema.superRefine(check, despiteOtherProblems)`. The refinement must then handle values that are
 * missing or of the wrong type. If a `z.custom` fails, the refinement does not run, unless the
 * `z.custom` has `abort: false`.
 */
export const despiteOtherProblems = {
  when: ({ value }: z.core.ParsePayload): boolean => typeof value === "object" && value !== null,
}

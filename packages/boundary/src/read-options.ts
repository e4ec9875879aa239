import type { z } from "zod"
import { ConfigurationError, type OptionProblem } from "./configuration-error.ts"
import { knownNames } from "./known-names.ts"
import { nearestName } from "./nearest-name.ts"
import { type OptionName, type OptionText, readableText } from "./option-name.ts"
import { plainText } from "./problem-text.ts"

/** Settings of {@link readOptions}. */
export interface ReadOptionsContext {
  /**
   * Translates an option's path into the name that the reader of an error knows. Default: the path
   * itself.
   */
  optionName?: OptionName | undefined
  /**
   * Says where the reader finds an option that is wrong, such as by the line of a file. Default: its name.
   */
  placeOf?: OptionName | undefined
}

/**
 * Checks options against a schema and returns them with their defaults.
 *
 * If the schema is a strict object, unknown names are rejected, and the error suggests the closest
 * known name.
 *
 * @param subject the function being configured, such as `azureProvider`, for the error message.
 * @throws {ConfigurationError} listing every mistake at once.
 *
 * @example
 * ```ts
 * const { port } = readOptions("createServer", z.strictObject({ port: z.int() }), options)
 * ```
 */
export function readOptions<Schema extends z.ZodType>(
  subject: string,
  schema: Schema,
  options: unknown,
  { optionName = (option) => option, placeOf = optionName }: ReadOptionsContext = {},
): z.output<Schema> {
  const result = schema.safeParse(options, { error: plainText })
  if (result.success) return result.data
  const names = { optionName, placeOf }
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, [], schema, names))
  throw new ConfigurationError(subject, withoutRepeats(problems))
}

function problemsOf(
  issue: z.core.$ZodIssue,
  above: readonly PropertyKey[],
  schema: z.core.$ZodType,
  names: { optionName: OptionName; placeOf: OptionName },
): OptionProblem[] {
  const { optionName, placeOf } = names
  const path = [...above, ...issue.path]
  if (issue.code === "unrecognized_keys") {
    const known = knownNames(schema, path)
    return issue.keys.map((key) => ({
      option: placeOf([...path, key].join(".")),
      message: unknownOption(key, known, path, optionName),
    }))
  }
  if (issue.code === "invalid_union") {
    const closest = closestBranch(issue.errors)
    if (closest) {
      return closest.flatMap((inner) => problemsOf(inner, path, schema, names))
    }
  }
  return [{ option: placeOf(path.join(".")), message: textOf(issue, optionName) }]
}

function textOf(issue: z.core.$ZodIssue, optionName: OptionName): string {
  const text: OptionText | undefined = issue.code === "custom" ? issue.params?.message : undefined
  return readableText(text ?? issue.message, optionName)
}

function unknownOption(
  key: string,
  known: readonly string[],
  path: readonly PropertyKey[],
  optionName: OptionName,
): string {
  const nearest = nearestName(key, known)
  return nearest === undefined
    ? "is not an option; remove it"
    : `is not an option; did you mean ${optionName([...path, nearest].join("."))}?`
}

/** The branch of a union that the value was probably meant for: its type fits, its contents do not. */
function closestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const entered = branches.filter((issues) =>
    issues.every(
      (issue) =>
        issue.path.length > 0 || issue.code === "unrecognized_keys" || issue.code === "custom",
    ),
  )
  return entered.sort((a, b) => a.length - b.length)[0]
}

function withoutRepeats(problems: readonly OptionProblem[]): OptionProblem[] {
  const seen = new Set<string>()
  return problems.filter(({ option, message }) => {
    const text = `${option} ${message}`
    return !seen.has(text) && seen.add(text)
  })
}

import type { z } from "zod"

/** One mistake in the options of a provider. */
export interface OptionProblem {
  /** The option's name, as in the code. */
  option: string
  /** What is wrong with it and how it is mended. */
  message: string
}

/** Options that a provider can't be built from; each mistake names its option. */
export class ProviderOptionsError extends Error {
  override readonly name = "ProviderOptionsError"
  readonly problems: readonly OptionProblem[]

  constructor(provider: string, problems: readonly OptionProblem[]) {
    super(
      [`${provider}:`, ...problems.map(({ option, message }) => `  ${option}: ${message}`)].join(
        "\n",
      ),
    )
    this.problems = problems
  }
}

/** @throws {ProviderOptionsError} with every mistake at once. */
export function parseOptions<Schema extends z.ZodType>(
  provider: string,
  schema: Schema,
  options: unknown,
): z.output<Schema> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  throw new ProviderOptionsError(provider, result.error.issues.flatMap(problemsOf))
}

function problemsOf(issue: z.core.$ZodIssue): OptionProblem[] {
  const path = issue.path.map(String)
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      option: [...path, key].join("."),
      message: "is not an option; remove it or correct its name",
    }))
  }
  return [{ option: path.join("."), message: issue.message }]
}

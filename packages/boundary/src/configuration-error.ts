/** One mistake in the options of a function. */
export interface OptionProblem {
  /** The option, as a path: `lifetimes.accessToken`, `clients.0.redirectUris`. Empty: the options as a whole. */
  readonly option: string
  /** What is wrong and what to do, to be read after the option's name: "must be a whole number". */
  readonly message: string
}

/**
 * Options that something cannot be built from, with every mistake at once.
 *
 * It is a `TypeError`, as JavaScript's own functions throw for arguments that they cannot take.
 */
export class ConfigurationError extends TypeError {
  override readonly name = "ConfigurationError"
  /** Every mistake that was found, at least one. */
  readonly problems: readonly OptionProblem[]

  /** @param subject what was configured, such as `azureProvider`. */
  constructor(subject: string, problems: readonly OptionProblem[]) {
    const lines = problems.map(({ option, message }) => `${option} ${message}`.trimStart())
    super(
      lines.length === 1
        ? `${subject}: ${lines[0]}`
        : [`${subject}:`, ...lines.map((line) => `  ${line}`)].join("\n"),
    )
    this.problems = problems
  }
}

/** One mistake in a function's options. */
export interface OptionProblem {
  /**
   * The option's path, such as `lifetimes.accessToken` or `clients.0.redirectUris`. Empty if the
   * problem is with the options as a whole.
   */
  readonly option: string
  /** What is wrong and what to do, worded to follow the option's name: "must be a whole number". */
  readonly message: string
}

/**
 * The options are not valid. Lists every mistake at once.
 *
 * It extends `TypeError`, which JavaScript's built-in functions throw for invalid arguments.
 */
export class ConfigurationError extends TypeError {
  override readonly name = "ConfigurationError"
  /** Every mistake that was found; at least one. */
  readonly problems: readonly OptionProblem[]

  /** @param subject the function that was given the options, such as `azureProvider`. */
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

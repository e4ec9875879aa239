/** What a command has to do with the outside. */
export interface CommandContext {
  /** Such as `process.env`. */
  environment: Readonly<Record<string, string | undefined>>
  /** Writes a line of the command's result. */
  print(line: string): void
}

/** Runs with what follows the command's words. @returns the process's exit code. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number>

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/**
 * Reads a command's options.
 *
 * @param read calls `parseArgs`.
 * @throws {UsageError} for what the command does not know.
 */
export function readOptions<Options>(read: () => Options): Options {
  try {
    return read()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Such as `1 record`, or `2 records`. */
export const countOf = (count: number, what: string): string =>
  count === 1 ? `1 ${what}` : `${count} ${what}s`

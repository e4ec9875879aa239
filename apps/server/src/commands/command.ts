import { type ParseArgsOptionsConfig, parseArgs } from "node:util"
import { nearestName } from "@doorward/boundary"
import type { ConfigurationSource } from "../configuration/given-settings.ts"

/** What a command gets from outside. */
export interface CommandContext {
  /** Such as `process.env`. */
  environment: Readonly<Record<string, string | undefined>>
  /** Writes a line of the command's result. */
  print(line: string): void
}

/** The option that every command takes. */
const common = { config: { type: "string" } } as const

/** Runs with what follows the command's words. @returns the process's exit code. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number>

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/**
 * Reads a command's arguments.
 *
 * @throws {UsageError} for what the command does not know, with the nearest flag that it knows.
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  const known = { ...common, ...options }
  const given = { args: [...args], options: known }
  const { tokens } = parseArgs({ ...given, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind !== "option" || token.name in known) continue
    const nearest = nearestName(token.name, Object.keys(known))
    const advice = nearest === undefined ? "" : `; did you mean --${nearest}?`
    throw new UsageError(`${token.rawName} is not an option of this command${advice}`)
  }
  try {
    return parseArgs({ ...given, allowPositionals })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Where the settings are, as a command's arguments say. */
export const sourceOf = ({ config }: { config?: string | undefined }): ConfigurationSource =>
  config === undefined ? {} : { file: config }

/** Such as `1 record`, or `2 records`. */
export const countOf = (count: number, what: string): string =>
  count === 1 ? `1 ${what}` : `${count} ${what}s`

import type { CommandEntry } from "./commands.ts"

const where = [
  "Settings come from doorward.yaml in the current folder, or the file that --config",
  "names, and from the environment and the file .env.",
]

/** The help for all commands. */
export const usageOfAll = (commands: readonly CommandEntry[]): string =>
  [
    "Usage: doorward [command] [options]",
    "",
    ...commands.map(lineOf),
    "",
    ...columns([
      ["--config <file>", "the configuration file, for every command"],
      ["--help", "this text; after a command, how to use it"],
      ["--version", "the version"],
    ]),
    "",
    ...where,
  ].join("\n")

/** The help for the commands that begin with the same word. */
export const usageOfGroup = (commands: readonly CommandEntry[]): string =>
  [
    `Usage: doorward ${commands[0]?.words.split(" ")[0]} <command>`,
    "",
    ...commands.map(lineOf),
  ].join("\n")

/** How a command is written. */
export const usageLineOf = ({ words, takes = "" }: CommandEntry): string =>
  `Usage: doorward ${`${words} ${takes}`.trim()}`

/** The help for one command. */
export function usageOf(entry: CommandEntry): string {
  const { does, options = [], examples } = entry
  return [
    usageLineOf(entry),
    "",
    `${does}.`,
    "",
    ...columns([...options, ["--config <file>", "the configuration file"]]),
    "",
    "Such as:",
    ...examples.map((example) => `  ${example}`),
  ].join("\n")
}

const lineOf = ({ words, takes = "", does }: CommandEntry) => {
  const short = takes.length > 18 ? "[options]" : takes
  return `  ${`${words} ${short}`.padEnd(29)} ${does}`
}

const columns = (rows: readonly (readonly [string, string])[]) =>
  rows.map(([left, right]) => `  ${left.padEnd(18)} ${right}`)

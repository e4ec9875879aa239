import { readFileSync } from "node:fs"
import { ConfigurationError, nearestName } from "@doorward/boundary"
import { problemLine } from "../wrong-setting.ts"
import { type CommandContext, UsageError } from "./command.ts"
import { type CommandEntry, commands } from "./commands.ts"
import { usageLineOf, usageOf, usageOfAll, usageOfGroup } from "./usage.ts"

/**
 * Runs the command that the arguments name; without any, the server starts.
 *
 * @param fail writes a line about what went wrong.
 * @returns the exit code: 0, 1 if the command failed, 2 if there is no such command.
 */
export async function runCommand(
  args: readonly string[],
  context: CommandContext,
  fail: (line: string) => void,
): Promise<number> {
  const end = args.indexOf("--")
  const own = end === -1 ? args : args.slice(0, end)
  const asksFirst = own[0] === "help"
  if (asksFirst || own.includes("--help") || own.includes("-h")) {
    const words = own.slice(asksFirst ? 1 : 0).filter((arg) => !arg.startsWith("-"))
    context.print(helpFor(words))
    return 0
  }
  if (own.includes("--version")) {
    context.print(versionOf())
    return 0
  }
  const found = findCommand(args)
  if (!found) {
    fail(noSuchCommand(own))
    return 2
  }
  try {
    const command = await found.entry.load()
    return await command(found.rest, context)
  } catch (error) {
    if (error instanceof UsageError) {
      fail(`${error.message}\n\n${usageLineOf(found.entry)}`)
      return 2
    }
    if (!(error instanceof ConfigurationError)) throw error
    for (const problem of error.problems) fail(problemLine(problem))
    return 1
  }
}

function findCommand(
  args: readonly string[],
): { entry: CommandEntry; rest: readonly string[] } | undefined {
  const given = args.length === 0 || args[0]?.startsWith("-") ? ["start", ...args] : args
  for (const entry of commands) {
    const words = entry.words.split(" ")
    if (words.every((word, at) => given[at] === word)) {
      return { entry, rest: given.slice(words.length) }
    }
  }
  return undefined
}

/** The help for a command, for those that begin with a word, or for all. */
function helpFor(words: readonly string[]): string {
  const entry = words.length === 0 ? undefined : findCommand(words)?.entry
  if (entry) return usageOf(entry)
  const group = commands.filter((each) => each.words.split(" ")[0] === words[0])
  return group.length > 0 ? usageOfGroup(group) : usageOfAll(commands)
}

function noSuchCommand(args: readonly string[]): string {
  const group = commands.filter((each) => each.words.split(" ")[0] === args[0])
  const given = args.filter((arg) => !arg.startsWith("-")).join(" ")
  const nearest = nearestName(
    given,
    commands.map(({ words }) => words),
  )
  const advice = nearest === undefined ? "" : ` Did you mean ${nearest}?`
  const usage = group.length > 0 ? usageOfGroup(group) : usageOfAll(commands)
  return `There is no command ${given}.${advice}\n\n${usage}`
}

function versionOf(): string {
  const manifest = new URL("../../package.json", import.meta.url)
  return String(JSON.parse(readFileSync(manifest, "utf8")).version)
}

import { ConfigurationError, nearestName } from "@doorward/boundary"
import { problemLine } from "../wrong-setting.ts"
import { type Command, type CommandContext, UsageError } from "./command.ts"

interface CommandEntry {
  words: string
  takes?: string
  does: string
  /** Only the command that was asked for is loaded. */
  load(): Promise<Command>
}

const commands: readonly CommandEntry[] = [
  {
    words: "start",
    does: "Start the server (the default)",
    load: async () => (await import("./start.ts")).start,
  },
  {
    words: "doctor",
    takes: "[--json]",
    does: "Check the settings and the app registration, from the outside",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    words: "keys rotate",
    takes: "--now",
    does: "Withdraw the signing keys: every access token must be refreshed",
    load: async () => (await import("./keys-rotate.ts")).keysRotate,
  },
  {
    words: "grants end",
    takes: "--user <sub>",
    does: "End every sign-in of a user, named by the sub of their tokens",
    load: async () => (await import("./grants-end.ts")).grantsEnd,
  },
  {
    words: "store reseal",
    does: "Seal every record with the first secret, so that the others can go",
    load: async () => (await import("./store-reseal.ts")).storeReseal,
  },
  {
    words: "store copy",
    takes: "<url or variable>",
    does: "Copy every record into another store, while no server runs",
    load: async () => (await import("./store-copy.ts")).storeCopy,
  },
]

const usage = [
  "Usage: doorward [command]",
  "",
  ...commands.map(({ words, takes = "", does }) => `  ${`${words} ${takes}`.padEnd(29)} ${does}`),
  "",
  "Settings come from the environment, or from the file .env in the current folder.",
].join("\n")

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
  if (args.includes("--help") || args.includes("-h")) {
    context.print(usage)
    return 0
  }
  const found = findCommand(args)
  if (!found) {
    const nearest = nearestName(
      args.join(" "),
      commands.map(({ words }) => words),
    )
    const advice = nearest === undefined ? "" : ` Did you mean ${nearest}?`
    fail(`There is no command ${args.join(" ")}.${advice}\n\n${usage}`)
    return 2
  }
  try {
    const command = await found.entry.load()
    return await command(found.rest, context)
  } catch (error) {
    if (error instanceof UsageError) {
      const { words, takes = "" } = found.entry
      fail(`${error.message}\n\nUsage: doorward ${`${words} ${takes}`.trim()}`)
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

import type { ParseArgsOptionsConfig } from "node:util"
import { readArguments, UsageError } from "./command.ts"

/** The id of a user can begin with a hyphen; no option is as long. */
const idLikeOption = /^-[\w-]{42}$/

/**
 * Reads the arguments of a command on the user that `--user` names.
 *
 * @throws {UsageError} if it names none.
 */
export function readUserId<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  const at = args.findIndex((arg, index) => args[index - 1] === "--user" && idLikeOption.test(arg))
  const joined = at < 0 ? args : args.toSpliced(at - 1, 2, `--user=${args[at]}`)
  const { values } = readArguments(joined, { ...options, user: { type: "string" } })
  const { user } = values as { user?: string }
  if (user) return { user, values }
  throw new UsageError(
    "Name the user by the sub of their tokens. In the log it is the userId of every line about them.",
  )
}

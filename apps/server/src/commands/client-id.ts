import type { ParseArgsOptionsConfig } from "node:util"
import { readArguments, UsageError } from "./command.ts"

/** The id of a registered client can begin with a hyphen; no option is as long. */
const idLikeOption = /^-[\w-]{21}$/

/**
 * Reads the arguments of a command on one client.
 *
 * @throws {UsageError} if they do not name exactly one.
 */
export function readClientId<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  const ids = args.filter((arg) => idLikeOption.test(arg))
  const others = args.filter((arg) => !idLikeOption.test(arg))
  const { positionals, values } = readArguments(others, options, true)
  const [clientId, ...more] = [...ids, ...positionals]
  if (clientId === undefined || more.length > 0) {
    throw new UsageError('Name one client by its id, as "doorward clients list" shows it.')
  }
  return { clientId, values }
}
